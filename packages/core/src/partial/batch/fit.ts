import * as Cause from "effect/Cause"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Encoding from "../../errors/internal/encode.ts"

export type Encode = Encoding.Encode

/** Encodes a value as it goes over the wire; a schema that throws is a failure too. */
export const encoder = (schema: Schema.Top): Encode => {
  const encode = Encoding.encoder(schema)
  return (value) => {
    try {
      return encode(value)
    } catch (defect) {
      return Result.fail(defect)
    }
  }
}

/** Makes a value that does not encode a defect of its item. */
export const misfit = (key: string, failure: unknown): Cause.Cause<never> =>
  Cause.die(new TypeError(`The value of the item ${key} does not fit its schema`, { cause: failure }))
