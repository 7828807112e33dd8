import type { Encoder } from "./model.ts"
import { problemDetails } from "./problemDetails.ts"
import { toolFailure } from "./toolFailure.ts"

/**
 * Names an encoder of ours.
 *
 * @category models
 * @since 0.1.0
 */
export type Name = "tool-failure" | "problem+json"

const ours: { readonly [N in Name]: Encoder } = {
  "tool-failure": toolFailure,
  "problem+json": /*#__PURE__*/ problemDetails()
}

/** Returns the encoders that an option asks for. Throws a `TypeError` for a name that none has. */
export const encodersOf = (encodings: ReadonlyArray<Name | Encoder> = []): ReadonlyArray<Encoder> =>
  encodings.map((given) => {
    if (typeof given !== "string") return given
    if (Object.hasOwn(ours, given)) return ours[given]
    throw new TypeError(
      `\`encodings\` takes ${Object.keys(ours).map((name) => JSON.stringify(name)).join(", ")} and encoders`
    )
  })

/** Reads a problem that `_meta` holds in one of our other forms, the fullest first. */
export const readOther = (
  meta: { readonly [key: string]: unknown } | undefined,
  prefixes: ReadonlyArray<string> = ["errata/"],
  facts: { readonly now?: number | undefined } = {}
) => {
  if (meta === undefined) return undefined
  for (const encoder of [ours["problem+json"], ours["tool-failure"]]) {
    for (const prefix of prefixes) {
      const key = encoder.keyOf(prefix)
      const read = Object.hasOwn(meta, key) ? encoder.decode(meta[key], facts) : undefined
      if (read !== undefined) return read
    }
  }
  return undefined
}
