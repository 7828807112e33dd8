import { makeMark, type Mark } from "@errata/core/internal/mark"
import * as Problem from "@errata/core/Problem"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"

/** A problem as it was written into `_meta`: one that was kept minimal has no message. */
export const Told = /*#__PURE__*/ Schema.Struct({
  ...Problem.Problem.fields,
  message: /*#__PURE__*/ Schema.optionalKey(Schema.String)
})

export type Told = typeof Told.Type

export type Raw = { readonly [key: string]: unknown }

/** Reads what is under a name, whatever the prefix. */
export const reader = <A>(schema: Schema.Codec<A, unknown>, name: string) => {
  const decode = SchemaParser.decodeUnknownResult(schema)
  return (meta: Raw | undefined, prefixes: ReadonlyArray<string> = ["errata/"]): A | undefined => {
    for (const prefix of prefixes) {
      try {
        const value = meta?.[prefix + name]
        if (value === undefined) continue
        const decoded = decode(value)
        if (decoded._tag === "Success") return decoded.success
      } catch {
        continue // no JSON: it never went over a wire
      }
    }
    return undefined
  }
}

/** A problem as it was told; `undefined` if there is none or it cannot be read. */
export const readTold = /*#__PURE__*/ reader(Told, "problem")

const whole: Mark<Problem.Problem> = /*#__PURE__*/ makeMark("problem")

/** Keeps of a problem what a program needs to tell failures apart and to wait. */
export const minimal = (problem: Problem.Problem): Told => {
  const { category, error, reference_id, retry, type } = problem
  const told = { error, type, category, retry, reference_id }
  whole.put(told, problem)
  return told
}

/** Returns the problem that was written, whatever was kept of it, in the process that wrote it. */
export const wholeOf = (told: unknown): Problem.Problem | undefined => whole.of(told)

/** Makes a problem of what is told; where its message was left out, its type stands for it. */
export const toProblem = (told: Told): Problem.Problem => {
  const { message = told.type.replaceAll("_", " ") } = told
  return message === told.message ? { ...told, message } : { message, ...told }
}
