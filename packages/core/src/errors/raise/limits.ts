import { change } from "../recoveryStep/make.ts"
import { TooLarge, Unsupported } from "../stock/resource.ts"
import * as Suggestion from "../Suggestion.ts"
import { causeOf, type Details, told } from "./details.ts"

/**
 * Makes the error of something beyond a limit.
 *
 * **Example** (Saying how to read a part)
 *
 * ```ts import.meta.vitest
 * import * as Raise from "@errata/core/Raise"
 * import * as ToolError from "@errata/core/ToolError"
 *
 * const error = Raise.tooLarge("The file", { size: 9_000_000, limit: 1_000_000, part: { offset: 0, max_bytes: 100_000 } })
 * error.message // => "The file is too large: at most 1000000 bytes are allowed"
 * ToolError.guidance(error).steps
 * // => [{ action: "Ask for a part", parameters: { offset: 0, max_bytes: 100000 } }]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const tooLarge = (resource: string, details: Details & {
  /** Its size. Default: it is not said. */
  readonly size?: number | undefined
  /** The greatest size allowed. Default: it is not said. */
  readonly limit?: number | undefined
  /** The unit of both. Default: bytes. */
  readonly unit?: string | undefined
  /** Arguments of the same call that ask for a part of it, as they go over the wire. Default: it has no parts. */
  readonly part?: { readonly [argument: string]: unknown } | undefined
} = {}): TooLarge => {
  const { limit, part, size, unit } = details
  const error = new TooLarge({
    resource,
    ...size === undefined ? {} : { size },
    ...limit === undefined ? {} : { limit },
    ...unit === undefined ? {} : { unit },
    ...causeOf(details)
  })
  return told(error, details, {
    steps: part === undefined ? undefined : [change(part, { action: "Ask for a part" })]
  })
}

/**
 * Makes the error of a feature that does not exist here. Where it is said what was asked for, the nearest of what is supported is told.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unsupported = (feature: string, details: Details & {
  /** Names what there is instead. Default: it is not said. */
  readonly supported?: ReadonlyArray<string> | undefined
  /** The value that was asked for, as the caller wrote it. Default: it is not compared. */
  readonly asked?: string | undefined
} = {}): Unsupported => {
  const { asked, supported } = details
  const error = new Unsupported({ feature, ...supported === undefined ? {} : { supported }, ...causeOf(details) })
  return told(error, details, {
    similarMatches: asked === undefined || supported === undefined ? undefined : Suggestion.similar(asked, supported)
  })
}
