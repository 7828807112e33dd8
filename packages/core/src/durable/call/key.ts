import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ToolCall } from "../../call/ToolCall.ts"
import * as IdempotencyKey from "../../idempotency/IdempotencyKey.ts"
import type { Any } from "../definition/model.ts"

/** Returns the id under which a key is known to the engine: it tells neither the key nor the caller. */
export const idOf = (tool: Any, key: string): Effect.Effect<string> =>
  Effect.map(callHere, (call) =>
    IdempotencyKey.scopeId(keyOf(tool, key), {
      principal: tool.durable.perCaller ? principalOf(call) : "",
      tool: tool.name
    }))

/** A key may be any text: what is no key of ours is hashed. */
const keyOf = (tool: Any, key: string): IdempotencyKey.IdempotencyKey => {
  if (typeof key !== "string" || key === "") {
    throw new TypeError(`The key of ${tool.name} is empty: a durable call needs one`)
  }
  return IdempotencyKey.is(key) ? key : IdempotencyKey.ofArguments(key)
}

/** Returns the call that a fiber answers; `undefined` outside of calls. */
export const callHere: Effect.Effect<ToolCall["Service"] | undefined> = Effect.map(
  Effect.context<never>(),
  (context) =>
    Option.getOrUndefined(Context.getOption(context, ToolCall as unknown as Context.Key<never, ToolCall["Service"]>))
)

/** Names the caller: the same key from another one is another key. */
const principalOf = (call: ToolCall["Service"] | undefined): string => {
  const principal = call === undefined ? undefined : Option.getOrUndefined(call.principal)
  if (principal === undefined) return ""
  const subject = principal.extra["sub"] ?? principal.extra["subject"]
  return JSON.stringify([principal.clientId, typeof subject === "string" ? subject : ""])
}
