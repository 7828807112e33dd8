import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import * as Errors from "../../errors/Errors.ts"
import { encoder } from "../../errors/internal/encode.ts"
import { intact } from "../../errors/internal/intact.ts"
import { safeStep } from "../../errors/internal/safeStep.ts"
import type { RecoveryStep } from "../../errors/RecoveryStep.ts"
import * as ToolError from "../../errors/ToolError.ts"
import { conceal } from "../../redaction/internal/conceal.ts"
import { isSensitive } from "../../redaction/internal/sensitive.ts"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import type { Classes, Codec } from "./model.ts"

/** Limits what is kept: it is cut by its size as a whole, and its replay as every reply is. */
const wide: Limits.Limits = { ...Limits.defaults, string: 1_000_000, items: 100_000, total: 1_000_000, depth: 100 }

/** Writes results by a schema, and errors by their classes. */
export const make = (options: {
  readonly output: Schema.Top
  readonly errors: Classes
  readonly redactor?: Redaction.Redactor | undefined
}): Codec<unknown, ToolError.Any> => {
  const { errors, output, redactor = Redaction.standard } = options
  const encode = encoder(output)
  const decode = SchemaParser.decodeUnknownSync(Schema.toCodecJson(output as Schema.Codec<unknown, unknown>))
  const hides = isSensitive(output.ast)
  return {
    encodeSuccess: (value) => {
      const encoded = encode(hides ? conceal(output.ast, value) : value)
      if (Result.isFailure(encoded)) {
        throw new TypeError("The result does not fit its schema", { cause: encoded.failure })
      }
      return { value: encoded.success }
    },
    decodeSuccess: (json) => decode(Object(json).value),
    encodeFailure: (error) => writeError(error, redactor, wide),
    decodeFailure: (json) => readError(json, errors)
  }
}

/** An error as it is kept: its class, its public fields, and what was known only where it was raised. */
interface Kept {
  readonly tag: string
  readonly details?: { readonly [name: string]: unknown } | undefined
  readonly guidance: {
    readonly message?: string | undefined
    readonly keepsLines?: boolean | undefined
    readonly suggestion?: string | undefined
    readonly similarMatches?: ReadonlyArray<string> | undefined
    readonly steps?: ReadonlyArray<RecoveryStep> | undefined
    readonly retryAfterMillis?: number | undefined
  }
}

/** Writes an error. What a caller sends back is kept byte for byte or not at all, as in a reply. */
const writeError = (error: ToolError.Any, redactor: Redaction.Redactor, limits: Limits.Limits): Kept => {
  const { keepsLines, message, similarMatches, steps, suggestion } = ToolError.guidance(error)
  const wait = ToolError.retryAfter(error)
  const details = ToolError.details(error)
  const text = (value: string) => redactor.json(value, limits) as string
  return {
    tag: error._tag,
    ...details === undefined ? {} : { details: intact(details, redactor.json(details, limits) as typeof details) },
    guidance: {
      message: text(message ?? error.message),
      ...keepsLines === undefined ? {} : { keepsLines },
      ...suggestion === undefined ? {} : { suggestion: text(suggestion) },
      ...similarMatches === undefined
        ? {}
        : { similarMatches: similarMatches.filter((match) => text(match) === match) },
      ...steps === undefined ? {} : {
        steps: steps.map((step) => safeStep(step, { redactor, limits })).filter((step) => step !== undefined) as never
      },
      ...wait === undefined ? {} : { retryAfterMillis: Duration.toMillis(wait) }
    }
  }
}

const readError = (json: unknown, errors: Classes): ToolError.Any => {
  if (!isKept(json)) throw new TypeError("This is no error that was kept")
  const { details, guidance: { message, retryAfterMillis, ...guidance }, tag } = json
  const error = ToolError.fromDetails(errors, tag, details)
  // a class that is not declared any more, or has other fields now
  const readable = error ?? new Errors.ProcessingError({ operation: "An earlier call" })
  return ToolError.withGuidance(readable, {
    ...guidance,
    ...message === readable.message ? {} : { message },
    ...retryAfterMillis === undefined ? {} : { retryAfter: Duration.millis(retryAfterMillis) }
  })
}

const isKept = (json: unknown): json is Kept =>
  Predicate.isObject(json) && typeof (json as { readonly tag?: unknown }).tag === "string" &&
  Predicate.isObject((json as { readonly guidance?: unknown }).guidance)
