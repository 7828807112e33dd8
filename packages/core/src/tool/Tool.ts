/**
 * Models a tool as a definition apart from its handler: a name, schemas, declared errors, safety.
 *
 * A `Tool` is what clients, recovery steps, listings and tests need, and holds no code; {@link handle} pairs it with a
 * handler, whose error channel the compiler checks against the declaration. The adapter binds such pairs to a server.
 *
 * **Details**
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `input` | no arguments | a record of fields, or a schema whose encoded side is an object |
 * | `output` | nothing | a record of fields, or a schema; what is no object goes over the wire as `{ result }` |
 * | `errors` | none | the classes of errors that the handler may fail with |
 * | `safety` | `"once"` | how often a call may take effect; gives the annotations and gates `retry` |
 * | `keyed` | none; required for `"keyed"` | where a call's idempotency key comes from: an input field of text, or `"auto"` |
 * | `verify` | none | how to find out whether a call took effect whose outcome is unknown; only for `"keyed"` |
 * | `effects` | none are marked | `"marked"`: of a `"once"` or `"keyed"` tool only what runs in `ToolCall.irreversible` has an effect |
 * | `retry` | none | a policy for the tool's transient errors; refused for `"once"` |
 * | `timeout` | the server's (50 s) | how long a call may take, attempts and waiting included |
 * | `unknownArguments` | the server's (`"refuse"`) | whether arguments that the tool does not declare are an issue or ignored |
 * | `repair` | the server's (`true`) | whether arguments that do not decode are taken as they were probably meant; see `Arguments` |
 *
 * A name has 1 to 64 letters, digits, `_` and `-`, since hosts and models take no others. Stay below 46: hosts put a prefix
 * before it, and some cut.
 *
 * **Example** (Defining a tool and its handler)
 *
 * ```ts import.meta.vitest
 * import { Errors, Tool } from "@errata/core"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const getUser = Tool.make("get_user", {
 *   description: "Returns a user by id.",
 *   input: { user_id: Schema.String },
 *   output: { user_id: Schema.String, name: Schema.String },
 *   errors: [Errors.NotFound],
 *   safety: "read"
 * })
 *
 * const handled = Tool.handle(getUser, Effect.fnUntraced(function*({ user_id }) {
 *   if (user_id !== "1") return yield* new Errors.NotFound({ resource: "User", id: user_id })
 *   return { user_id, name: "Ada" }
 * }))
 *
 * handled.tool.name // => "get_user"
 * ```
 *
 * @since 0.1.0
 */
export type {
  /**
   * Says how often a call may take effect.
   *
   * @category models
   * @since 0.1.0
   */
  Safety
} from "../errors/Advice.ts"
export { decodeError } from "./definition/decode.ts"
export { guide } from "./definition/guide.ts"
export type { Guide, GuideOf, GuideSteps } from "./definition/guide.ts"
export { handle } from "./definition/handle.ts"
export type { Handled, PerCall, Returned } from "./definition/handle.ts"
export type { Keyed, KeyInField, KeyRules, MadeKey } from "./definition/keyed.ts"
export { make } from "./definition/make.ts"
export type { Mistake } from "./definition/mistake.ts"
export type {
  Annotations,
  Any,
  ErrorOf,
  Fields,
  InputSchema,
  OutputSchema,
  SchemaOf,
  Tool,
  Verification
} from "./definition/model.ts"
export type { SharedOptions } from "./definition/shared.ts"
export { step } from "./definition/step.ts"
