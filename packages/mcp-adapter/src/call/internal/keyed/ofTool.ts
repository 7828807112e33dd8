import * as Encoding from "@errata/core/internal/encode"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import { effectOf } from "../effectOf.ts"
import type { Job } from "../model.ts"
import type { KeyedJob, KeyedVerify } from "./model.ts"

/** Finds the job of a tool among those that are registered together. */
export type JobOf = (tool: Tool.Any) => Job<unknown> | undefined

/** Returns how the calls of a tool are protected; `undefined` if it takes no keys. */
export const keyedOf = (tool: Tool.Any, jobOf: JobOf): KeyedJob<unknown> | undefined => {
  const { keyed, verify } = tool
  if (keyed === undefined) return undefined
  const { field } = keyed
  const encode = Encoding.encoder(tool.input)
  return {
    ...keyed,
    keyIn: (input) => field === undefined ? undefined : (input as { readonly [field: string]: unknown })[field],
    argumentsOf: (input) => {
      const encoded = encode(input)
      if (Result.isFailure(encoded)) throw new TypeError("The arguments cannot be encoded", { cause: encoded.failure })
      return field === undefined ? encoded.success : without(encoded.success, field)
    },
    verify: verify === undefined ? undefined : verifyOf(verify, jobOf)
  }
}

const without = (args: unknown, field: string): unknown =>
  isRecord(args) ? Object.fromEntries(Object.entries(args).filter(([name]) => name !== field)) : args

const verifyOf = (verification: Tool.Verification, jobOf: JobOf): KeyedVerify<unknown> => {
  const { check, fences, tool } = verification
  if (tool === undefined) return { check: check as KeyedVerify<unknown>["check"], fences, step: undefined }
  const job = jobOf(tool)
  return {
    check: job === undefined ? undefined : (input) => ask(job, verification, input),
    fences,
    step: (input) => ({
      action: "Check whether it took effect",
      tool: tool.name,
      parameters: verification.parameters!(input as never) as { readonly [name: string]: unknown }
    })
  }
}

/** Calls the tool that reads, and takes its answer for what it means. */
const ask = (
  job: Job<unknown>,
  { outcome, parameters }: Tool.Verification,
  input: unknown
): ReturnType<NonNullable<KeyedVerify<unknown>["check"]>> =>
  Effect.suspend(() => {
    const decoded = job.decode(parameters!(input as never))
    if (Result.isFailure(decoded)) return Effect.fail(decoded.failure)
    const reading = effectOf(job.run(decoded.success.input), job.name)
    return Effect.map(
      job.retry === undefined ? reading : RetryPolicy.retry(reading, job.retry),
      (output) => outcome!(output as never, input as never)
    )
  })
