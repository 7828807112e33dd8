/**
 * Gives the client its half: the typed error comes back.
 *
 * {@link decode} turns the result of a tool call into a `Result` of the tool's own output and errors. {@link make} gives one
 * typed method for each tool, over a connected client of SDK 1.x, of SDK 2.x, or one of effect's own. What a tool does not
 * declare, and what servers answer that know nothing of us, becomes a {@link RemoteError} of the right family; what fails
 * on the way becomes a {@link ConnectionError}. {@link problem} is what the server said beside an error, {@link report} the
 * report of a failed batch.
 *
 * **Details**
 *
 * | option of {@link make} | default | meaning |
 * |---|---|---|
 * | `retry` | `RetryPolicy.none` | when to call again, where that is safe |
 * | `timeout` | 60 s | how long an attempt may take while nothing is heard of it; progress starts it again |
 * | `maxTimeout` | 10 min | how long the whole call may take: attempts, waits and progress included |
 * | `onProgress` | none | is told of the server's progress |
 * | `service` | "The server" | what the server is called in errors of the connection |
 * | `onNote` | none | is told what the server says of the way to a result: `replayed`, `verified`, attempts |
 * | `metaPrefixes` | `["errata/"]` | the prefixes of the keys in `_meta` that are understood |
 *
 * - A call is repeated by the server's own word: only if its problem says `should_retry`, not before
 *   `retry_after_seconds`, not if a policy of the server has given up. Where the server says nothing, the tool's `safety`
 *   decides. What may have taken effect is not repeated if the tool is `once`, whatever the server says.
 * - An error that is not to be repeated carries the mark of `RetryPolicy.Outcome`, so that no policy around the call
 *   repeats it either.
 * - All attempts of a call have the same arguments, and those of a keyed tool the same key: that of the input or of
 *   `idempotencyKey`, else one that is made for the call. It goes into the tool's field, or into `_meta` if it has none.
 * - Of a keyed tool `InProgress`, `OutcomeUnknown` and `IdempotencyConflict` are typed errors of the call.
 * - The call keeps to the `Deadline` of its fiber; interrupting the fiber cancels the call at the server.
 *
 * **Gotchas**
 *
 * - A `Result` has no place for that mark: before repeating a call by what {@link decode} gave, look at the `retry` of its
 *   {@link problem}.
 * - Every call of an official client asks for progress, so that the server may take its `progressTimeout` (280 s). Ours say
 *   in time that a silent call is still running (`heartbeat`); give others more time here, if their tools never speak.
 * - effect's clients neither ask for progress nor hand it on: there `timeout` bounds an attempt, whatever the server does.
 * - effect's `McpClient` sends no `_meta`: there a tool without a field for its key gets none from the client.
 * - The official clients do not notice a stream that breaks in the middle of an answer. It ends with `timeout`.
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
 * const find = Tool.make("find", { description: "Finds.", errors: [Errors.NotFound], safety: "read" })
 * const handled = Tool.handle(find, () => Effect.fail(new Errors.NotFound({ resource: "User", id: "7" })))
 *
 * const { result } = await Effect.runPromise(ToolTest.call(handled, {}))
 * const decoded = Client.decode(result, find)
 * Result.isFailure(decoded) && decoded.failure instanceof Errors.NotFound && decoded.failure.id // => "7"
 * ```
 *
 * @since 0.1.0
 */
import type * as Problem from "@errata/core/Problem"
import type * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import type * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import type * as Result from "effect/Result"
import { decodeResult, reportOf } from "./internal/decode.ts"
import { methodOf } from "./internal/method.ts"
import type {
  AnyClient,
  CallError,
  CallOptions,
  DecodedError,
  DecodeOptions,
  Options,
  ResultLike
} from "./internal/model.ts"
import { problemOf } from "./internal/problem.ts"

export type {
  /**
   * Describes any connected client: of SDK 1.x, of SDK 2.x, or one of effect's own.
   *
   * @category models
   * @since 0.1.0
   */
  AnyClient,
  /**
   * Lists the errors that a call of a client may fail with.
   *
   * @category utility types
   * @since 0.1.0
   */
  CallError,
  /**
   * Configures one call.
   *
   * @category models
   * @since 0.1.0
   */
  CallOptions,
  /**
   * Lists the errors of a call, as the client sees them.
   *
   * @category utility types
   * @since 0.1.0
   */
  DecodedError,
  /**
   * Configures how results are read.
   *
   * @category models
   * @since 0.1.0
   */
  DecodeOptions,
  /**
   * Configures calls.
   *
   * @category models
   * @since 0.1.0
   */
  Options
} from "./internal/model.ts"

export {
  /**
   * Reports an error that the tool does not declare; calling again cannot help. Also what servers answer that know nothing of us.
   *
   * @category errors
   * @since 0.1.0
   */
  RemotePermanent,
  /**
   * Reports an error that the tool does not declare; waiting may help.
   *
   * @category errors
   * @since 0.1.0
   */
  RemoteTransient,
  /**
   * Reports an error that the tool does not declare; the arguments are wrong.
   *
   * @category errors
   * @since 0.1.0
   */
  RemoteValidation
} from "./internal/errors.ts"

export type {
  /**
   * Reports a failure on the way, where waiting may help. What is permanent there is a `RemotePermanent`: a
   * `NotFound` is the tool's to say.
   *
   * @category errors
   * @since 0.1.0
   */
  ConnectionError,
  /**
   * Types an error that the tool does not declare.
   *
   * @category errors
   * @since 0.1.0
   */
  RemoteError
} from "./internal/errors.ts"

export type {
  /**
   * Describes a result as any client types it.
   *
   * @category models
   * @since 0.1.0
   */
  ResultLike
} from "./internal/model.ts"

/**
 * Decodes the result of a tool call. Total: whatever came, nothing is thrown.
 *
 * **Details**
 *
 * The problem is looked for in `_meta`; since proxies strip that, also in `structuredContent.error` and in the text, as JSON
 * or in the lines that models read. From lines the family, type, hint and reference come back, not the declared class. A
 * result without a problem is a {@link RemoteError} if it says that it failed. An output is looked for in
 * `structuredContent`, and, from servers that never set it, in the text. What fits nothing is a `MalformedResponse`.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode: {
  /** Decodes the result of a tool call; for `pipe`. */
  <T extends Tool.Any>(
    tool: T,
    options?: DecodeOptions
  ): (result: ResultLike) => Result.Result<T["output"]["Type"], DecodedError<T>>
  /** Decodes the result of a tool call. */
  <T extends Tool.Any>(
    result: ResultLike,
    tool: T,
    options?: DecodeOptions
  ): Result.Result<T["output"]["Type"], DecodedError<T>>
} = dual(
  (args) => typeof args[1] === "object" && args[1] !== null && "~errata/Tool" in args[1],
  <T extends Tool.Any>(
    result: ResultLike,
    tool: T,
    options?: DecodeOptions
  ): Result.Result<T["output"]["Type"], DecodedError<T>> => decodeResult(result, tool, options)
)

/**
 * Types one method for each tool.
 *
 * @category models
 * @since 0.1.0
 */
export type Methods<Ts extends ReadonlyArray<Tool.Any>> = {
  readonly [T in Ts[number] as T["name"]]: (
    input: T["input"]["Type"],
    options?: CallOptions
  ) => Effect.Effect<T["output"]["Type"], CallError<T>>
}

/**
 * Makes a typed client of a connected client of either official SDK, or of one of effect's own. Throws a `TypeError` if two
 * tools have one name.
 *
 * **Example** (Calling again when the server says that it helps)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as RetryPolicy from "@errata/core/RetryPolicy"
 * import * as Tool from "@errata/core/Tool"
 * import * as Client from "@errata/mcp-adapter/Client"
 * import * as EffectHost from "@errata/mcp-adapter/effect"
 * import * as McpProtocol from "effect/ai/McpProtocol"
 * import * as McpTest from "effect/ai/McpTest"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const proof = Tool.make("proof", {
 *   description: "Pulls a proof.", output: Schema.String, errors: [Errors.Unavailable], safety: "read"
 * })
 *
 * let calls = 0
 * const handled = Tool.handle(proof, () =>
 *   Effect.suspend(() => ++calls < 2 ? Effect.fail(new Errors.Unavailable({ service: "The press" })) : Effect.succeed("black")))
 *
 * const program = Effect.gen(function*() {
 *   const tools = EffectHost.layer([handled], { logsCalls: false })
 *   const client = yield* McpTest.makeClient(tools, { protocols: [McpProtocol.v2025_11_25] })
 *   const press = Client.make(client, [proof], { retry: RetryPolicy.quick })
 *   return yield* press.proof({})
 * })
 * await Effect.runPromise(Effect.scoped(program)) // => "black"
 * calls // => 2
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Ts extends ReadonlyArray<Tool.Any>>(
  client: AnyClient,
  tools: Ts,
  options: Options = {}
): Methods<Ts> => {
  const names = tools.map((tool) => tool.name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new TypeError(`Client: two tools have the name "${twice}"`)
  return Object.fromEntries(tools.map((tool) => [tool.name, methodOf(client, tool, options)])) as Methods<Ts>
}

/**
 * Returns what the server reported about an error: its problem with the reference, the advice, the details. `undefined` for
 * errors that arose on the way, and from servers that know nothing of us.
 *
 * @category accessors
 * @since 0.1.0
 */
export const problem = (error: ToolError.Any): Problem.Problem | undefined => problemOf(error)

/**
 * Returns the report of a batch of which nothing succeeded: such a batch is an error, and its report comes beside. `undefined`
 * for any other error, and where the report does not fit the tool's output.
 *
 * @category accessors
 * @since 0.1.0
 */
export const report = <T extends Tool.Any>(error: ToolError.Any, tool: T): T["output"]["Type"] | undefined =>
  reportOf(error, tool)
