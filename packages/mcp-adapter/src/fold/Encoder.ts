/**
 * Writes a problem in forms that others know, beside Errata's own, and reads them.
 *
 * An `Encoder` writes one form under a key of its own in a result's `_meta`. {@link toolFailure} is the draft of the protocol
 * (SEP-3313), {@link problemDetails} is RFC 9457; the option `encodings` of every host names them, or takes an encoder of yours.
 *
 * **Details**
 *
 * | name | key in `_meta` | what it holds |
 * |---|---|---|
 * | `"tool-failure"` | `io.modelcontextprotocol/toolFailure` | class, code, whether and when to try again, reference, guidance |
 * | `"problem+json"` | `errata/problem+json` | everything, as problem details with a status of HTTP |
 *
 * Both are off by default: some hosts show `_meta` to their model, before anything else, and a draft may change. With `meta:
 * "minimal"` they hold no sentences either. `Meta.problem` and the client read all three forms, Errata's own first.
 *
 * **Example** (Writing a failure as the protocol's draft has it)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as ToolTest from "@errata/mcp-adapter/ToolTest"
 * import * as Effect from "effect/Effect"
 *
 * const getUser = Tool.make("get_user", { description: "Returns a user.", errors: [Errors.NotFound], safety: "read" })
 * const handled = Tool.handle(getUser, () => Effect.fail(new Errors.NotFound({ resource: "User" })))
 *
 * const { result } = await Effect.runPromise(ToolTest.call(handled, {}, { encodings: ["tool-failure"] }))
 * const failure = result._meta?.["io.modelcontextprotocol/toolFailure"] as { readonly class: string; readonly code: string }
 * [failure.class, failure.code] // => ["capability", "resource_not_found"]
 * ```
 *
 * @since 0.1.0
 */
export { add } from "./encoder/add.ts"
export type { Encoder, Facts } from "./encoder/model.ts"
export type { Name } from "./encoder/named.ts"
export { problemDetails } from "./encoder/problemDetails.ts"
export { toolFailure } from "./encoder/toolFailure.ts"
