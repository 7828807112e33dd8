import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { shapeOf } from "../definition/plan.ts"

/** The most characters of JSON that a journal takes of one result: databases take more, and every replay reads it. */
export const largest = 16 * 1024 * 1024

/**
 * Encodes what an engine is to keep. What cannot be kept dies here, with a sentence for the log: so no engine meets a value that it
 * takes in memory and not in its database, and no run waits for ever for one that none takes.
 */
export const encode = (what: string, schema: Schema.Codec<unknown>, value: unknown): Effect.Effect<unknown> =>
  Effect.suspend(() => Schema.encodeEffect(Schema.toCodecJson(schema))(value)).pipe(
    Effect.tap((encoded) => Effect.sync(() => measure(encoded))), // what it throws is a cause, too
    Effect.catchCause((cause) => Effect.die(new TypeError(`${what} cannot be kept`, { cause })))
  )

/** Throws what JSON cannot write, and what is too large, before all of it is written. */
const measure = (encoded: unknown): void => {
  let left = largest
  const text = JSON.stringify(encoded, (key, value: unknown) => {
    // JSON leaves them out: who hears of the result at once would hear something else than who reads it later
    if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`It holds a ${typeof value}`)
    left -= key.length + (typeof value === "string" ? value.length : 4)
    if (left < 0) throw new RangeError(`It has more than ${largest} characters`)
    return value
  }) as string | undefined
  if (text === undefined) throw new TypeError("It is nothing that JSON writes")
  if (text.length > largest) throw new RangeError(`It has ${text.length} characters, and ${largest} is the most`)
}

/** Describes a value in a journal: beside it the shape of the schemas that it was written with. */
const Kept = Schema.Struct({ shape: Schema.String, value: Schema.Unknown })

/** Says how something is written into a journal, and read from it. */
export interface Keeper {
  /** Describes it to the engine. */
  readonly schema: Schema.Codec<typeof Kept.Type>
  readonly write: (value: unknown) => Effect.Effect<typeof Kept.Type>
  /** Reads it; `undefined` if it was written under other schemas: what it says would be guessed. */
  readonly read: (kept: typeof Kept.Type) => Effect.Effect<{ readonly value: unknown } | undefined>
}

/** Makes what keeps the values of a schema. */
export const makeKeeper = (what: string, schema: Schema.Codec<unknown>): Keeper => {
  const shape = shapeOf([schema])
  return {
    schema: Kept,
    write: (value) => Effect.map(encode(what, schema, value), (value) => ({ shape, value })),
    read: (kept) =>
      kept.shape === shape
        ? Effect.orDie(
          Effect.map(Schema.decodeEffect(Schema.toCodecJson(schema))(kept.value as never), (value) => ({ value }))
        )
        : Effect.succeed(undefined)
  }
}
