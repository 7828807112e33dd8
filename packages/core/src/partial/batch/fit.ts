import * as Cause from "effect/Cause"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"

/** Encodes a value as it goes over the wire. */
export type Encode = (value: unknown) => Result.Result<unknown, unknown>

export const encoder = (schema: Schema.Top): Encode => {
  const encode = SchemaParser.encodeUnknownResult(Schema.toCodecJson(schema as Schema.Codec<unknown, unknown>))
  return (value) => {
    try {
      return encode(value)
    } catch (defect) {
      return Result.fail(defect)
    }
  }
}

/** A value that does not encode is a defect of its item. */
export const misfit = (key: string, failure: unknown): Cause.Cause<never> =>
  Cause.die(new TypeError(`The value of the item ${key} does not fit its schema`, { cause: failure }))
