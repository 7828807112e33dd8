/**
 * Gives the client its half: the typed error comes back.
 *
 * {@link decode} turns the result of a tool call into a `Result` of the tool's own output and errors. What a tool does not
 * declare, and what servers answer that know nothing of us, becomes a generic remote error of the right family.
 * {@link make} gives one typed method for each tool, over either official client.
 *
 * **Details**
 *
 * A call of {@link make} is repeated by the server's own word and no other: only if the problem says `should_retry`, not
 * before `retry_after_seconds`, and not if a policy of the server has given up already (`exhausted`). Failures of the
 * connection become `Unavailable` and `Timeout`, and are repeated only for tools that are safe to repeat.
 *
 * **Example** (Decoding a result)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as Client from "@errata/mcp-adapter/Client"
 * import * as ToolTest from "@errata/mcp-adapter/ToolTest"
 * import * as Effect from "effect/Effect"
 * import * as Result from "effect/Result"
 *
 * const find = Tool.define("find", { description: "Finds.", errors: [Errors.NotFound], safety: "read" })
 * const handler = Tool.handle(find, () => Effect.fail(new Errors.NotFound({ resource: "User", id: "7" })))
 *
 * const { result } = await Effect.runPromise(ToolTest.call(handler, {}))
 * const decoded = Client.decode(result, find)
 * Result.isFailure(decoded) && decoded.failure instanceof Errors.NotFound && decoded.failure.id // => "7"
 * ```
 *
 * @since 0.1.0
 */
import * as Errors from "@errata/core/Errors"
import type * as Problem from "@errata/core/Problem"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { returnedFailure } from "./internal/lifted.ts"
import { callWith, type OfficialClient, type ResultLike } from "./internal/officialClient.ts"
import { RemotePermanent, RemoteTransient, RemoteValidation } from "./internal/remoteErrors.ts"
import { isRecord } from "./internal/resultLike.ts"
import * as Meta from "./Meta.ts"

export {
  /**
   * An error that the tool does not declare; calling again cannot help. Also what servers answer that know nothing of us.
   *
   * @category errors
   * @since 0.1.0
   */
  RemotePermanent,
  /**
   * An error that the tool does not declare; waiting may help.
   *
   * @category errors
   * @since 0.1.0
   */
  RemoteTransient,
  /**
   * An error that the tool does not declare; the arguments are wrong.
   *
   * @category errors
   * @since 0.1.0
   */
  RemoteValidation
} from "./internal/remoteErrors.ts"

/**
 * An error that the tool does not declare.
 *
 * @category errors
 * @since 0.1.0
 */
export type RemoteError = RemoteTransient | RemotePermanent | RemoteValidation

export type {
  /**
   * What comes over the wire, as either SDK types it.
   *
   * @category models
   * @since 0.1.0
   */
  ResultLike
} from "./internal/officialClient.ts"

/**
 * How results are read.
 *
 * @category models
 * @since 0.1.0
 */
export interface DecodeOptions {
  /** The prefixes of the keys in `_meta` that are understood. Default: `errata/` alone. */
  readonly metaPrefixes?: ReadonlyArray<string> | undefined
}

/**
 * Decodes the result of a tool call. Total: a result that makes no sense is a `MalformedResponse`.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode: {
  <T extends Tool.Any>(
    tool: T,
    options?: DecodeOptions
  ): (result: ResultLike) => Result.Result<T["output"]["Type"], DecodedError<T>>
  <T extends Tool.Any>(
    result: ResultLike,
    tool: T,
    options?: DecodeOptions
  ): Result.Result<T["output"]["Type"], DecodedError<T>>
} = dual(
  (args) => !("~errata/Tool" in Object(args[0])),
  <T extends Tool.Any>(
    result: ResultLike,
    tool: T,
    options?: DecodeOptions
  ): Result.Result<T["output"]["Type"], DecodedError<T>> => {
    const problem = Meta.problem(isRecord(result._meta) ? result._meta : undefined, options?.metaPrefixes)
    if (problem !== undefined) return Result.fail(errorOf(tool, problem))
    const returned = returnedFailure(result)
    return returned === undefined ? outputOf(tool, result) : Result.fail(unknownServer(returned.reason))
  }
)

/**
 * What a call may fail with, as the client sees it.
 *
 * @category utility types
 * @since 0.1.0
 */
export type DecodedError<T extends Tool.Any> =
  | Tool.ErrorOf<T>
  | Errors.InvalidArguments
  | Errors.MalformedResponse
  | RemoteError

/** The error, with what the server said beside it. */
const errorOf = <T extends Tool.Any>(tool: T, problem: Problem.Problem): DecodedError<T> => {
  const declared = Tool.decodeError(tool, problem) ??
    ToolError.fromDetails([Errors.InvalidArguments], problem.error, { issues: problem.issues ?? [] })
  return ToolError.withGuidance(declared ?? remoteOf(problem), {
    suggestion: problem.suggestion,
    similarMatches: problem.similar_matches,
    steps: problem.recovery_steps,
    ...problem.retry.retry_after_seconds === undefined
      ? {}
      : { retryAfter: Duration.seconds(problem.retry.retry_after_seconds) }
  })
}

const remoteOf = (problem: Problem.Problem): RemoteError => {
  const fields = {
    error: problem.error,
    type: problem.type,
    reason: problem.message,
    reference_id: problem.reference_id
  }
  switch (problem.category) {
    case "transient":
      return new RemoteTransient(fields)
    case "permanent":
      return new RemotePermanent(fields)
    case "validation":
      return new RemoteValidation(fields)
  }
}

const prefix = /^(?:MCP error -?\d+: )+/

const unknownServer = (reason: string): RemoteError => {
  const fields = { error: "Error", type: "upstream_error", reason: reason.replace(prefix, "") }
  return /^MCP error -32602: Input validation error|^Input validation error/.test(reason)
    ? new RemoteValidation({ ...fields, type: "invalid_arguments" })
    : new RemotePermanent(fields)
}

const outputOf = <T extends Tool.Any>(
  tool: T,
  result: ResultLike
): Result.Result<T["output"]["Type"], DecodedError<T>> => {
  if (tool.output.ast._tag === "Void") return Result.succeed(undefined as T["output"]["Type"])
  const decodeOutput = SchemaParser.decodeUnknownResult(
    Schema.toCodecJson(tool.output as Schema.Codec<unknown, unknown>)
  )
  const structured = result.structuredContent
  for (const candidate of [structured, isRecord(structured) ? structured["result"] : undefined]) {
    const decoded = candidate === undefined ? undefined : decodeOutput(candidate)
    if (decoded?._tag === "Success") return Result.succeed(decoded.success as T["output"]["Type"])
  }
  return Result.fail(new Errors.MalformedResponse({ service: tool.name, reason: "its output does not fit" }))
}

/**
 * How calls are made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends DecodeOptions {
  /** When to call again, where the server says that it is safe. Default `RetryPolicy.none`. */
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  /** How long one attempt may take. Default 60 s. Progress from the server starts it again. */
  readonly timeout?: Duration.Input | undefined
  /** How long one attempt may take, whatever progress there is. Default 10 min. */
  readonly maxTimeout?: Duration.Input | undefined
}

/**
 * What a call of a client may fail with.
 *
 * @category utility types
 * @since 0.1.0
 */
export type CallError<T extends Tool.Any> = DecodedError<T> | Errors.Timeout | Errors.Unavailable

/**
 * One typed method for each tool.
 *
 * @category models
 * @since 0.1.0
 */
export type Methods<Ts extends ReadonlyArray<Tool.Any>> = {
  readonly [T in Ts[number] as T["name"]]: (
    input: T["input"]["Type"]
  ) => Effect.Effect<T["output"]["Type"], CallError<T>>
}

/**
 * Makes a typed client of a connected client of either official SDK. Interrupting a call cancels it at the server.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Ts extends ReadonlyArray<Tool.Any>>(
  client: OfficialClient,
  tools: Ts,
  options: Options = {}
): Methods<Ts> => {
  const policy = options.retry ?? RetryPolicy.none
  const bounds = {
    timeout: Duration.toMillis(Duration.fromInputUnsafe(options.timeout ?? "60 seconds")),
    maxTotalTimeout: Duration.toMillis(Duration.fromInputUnsafe(options.maxTimeout ?? "10 minutes"))
  }
  return Object.fromEntries(tools.map((tool) => {
    const encode = SchemaParser.encodeUnknownResult(Schema.toCodecJson(tool.input as Schema.Codec<unknown, unknown>))
    const attempt = (args: object) =>
      Effect.flatMap(callWith(client, tool, args, bounds), (result) => fromResult(result, tool, options))
    const method = (input: unknown) => {
      const encoded = encode(input)
      return Result.isFailure(encoded)
        ? Effect.fail(
          new Errors.InvalidArguments({ issues: [{ path: [], message: "The input does not fit the tool's schema" }] })
        )
        : RetryPolicy.retry(attempt(encoded.success as object), { ...policy, isRetryable: isRepeatable(policy, tool) })
    }
    return [tool.name, method]
  })) as Methods<Ts>
}

const fromResult = <T extends Tool.Any>(
  result: ResultLike,
  tool: T,
  options: DecodeOptions
): Effect.Effect<T["output"]["Type"], DecodedError<T>> => {
  const decoded = decode(result, tool, options)
  if (Result.isSuccess(decoded)) return Effect.succeed(decoded.success)
  const problem = Meta.problem(isRecord(result._meta) ? result._meta : undefined, options.metaPrefixes)
  if (problem !== undefined) serverSays.set(decoded.failure, problem.retry)
  return Effect.fail(decoded.failure)
}

/** What the server said of trying again, beside the error that it sent. */
const serverSays = new WeakMap<object, Problem.Problem["retry"]>()

const isRepeatable = (policy: RetryPolicy.RetryPolicy, tool: Tool.Any) => (error: ToolError.Any): boolean => {
  if (!policy.isRetryable(error)) return false
  const said = serverSays.get(error)
  return said === undefined ? tool.safety !== "once" : said.should_retry && said.reason === undefined
}
