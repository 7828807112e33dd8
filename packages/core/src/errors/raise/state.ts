import type { RecoveryStep } from "../recoveryStep/model.ts"
import { Conflict, HandleExpired, InvalidState } from "../stock/resource.ts"
import { causeOf, type Details, told } from "./details.ts"

/**
 * Makes the error of a change that another change came before: `reason` says which.
 *
 * @category constructors
 * @since 0.1.0
 */
export const conflict = (resource: string, reason?: string, details: Details = {}): Conflict =>
  told(new Conflict({ resource, ...reason === undefined ? {} : { reason }, ...causeOf(details) }), details, {
    suggestion: "Read it again, and decide anew by what it is now"
  })

/**
 * Makes the error of something that is in the wrong state for this call.
 *
 * @category constructors
 * @since 0.1.0
 */
export const invalidState = (resource: string, state: string, details: Details & {
  /** The state that it must be in. Default: it is not said. */
  readonly required?: string | undefined
} = {}): InvalidState => {
  const { required } = details
  const error = new InvalidState({
    resource,
    state,
    ...required === undefined ? {} : { required_state: required },
    ...causeOf(details)
  })
  return told(error, details, {})
}

/**
 * Makes the error of a handle (a cursor, a session, an upload) that is no longer valid. What makes a new one is a tool's name, or a
 * step that calls it, as `Tool.step` makes it.
 *
 * **Example** (Leading to a new cursor)
 *
 * ```ts import.meta.vitest
 * import * as Raise from "@errata/core/Raise"
 * import * as Tool from "@errata/core/Tool"
 * import * as Schema from "effect/Schema"
 *
 * const search = Tool.make("search", { description: "Searches.", input: { query: Schema.String }, safety: "read" })
 *
 * const error = Raise.handleExpired("cur_7", Tool.step(search, {}, { action: "Search again", fill: ["query"] }))
 * error.create_with // => "search"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const handleExpired = (
  handle: string,
  createWith: string | RecoveryStep,
  details: Details = {}
): HandleExpired => {
  const isName = typeof createWith === "string"
  const error = new HandleExpired({
    handle,
    create_with: isName ? createWith : createWith.tool ?? createWith.action,
    ...causeOf(details)
  })
  return told(error, details, isName ? {} : { steps: [createWith] })
}
