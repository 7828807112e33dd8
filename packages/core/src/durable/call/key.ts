import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ToolCall } from "../../call/ToolCall.ts"
import * as Errors from "../../errors/Errors.ts"
import * as Issue from "../../errors/Issue.ts"
import * as IdempotencyKey from "../../idempotency/IdempotencyKey.ts"
import type { Any } from "../definition/model.ts"

/** Returns the id under which a key is known to the engine: it tells neither the key nor the caller. */
export const idOf = (tool: Any, key: string): Effect.Effect<string, Errors.InvalidArguments> =>
  Effect.flatMap(tokenOf(tool, key), (token) => idOfToken(tool, token))

/**
 * Returns the text that stands for a key where others see it, as in the id of a task: 64 hexadecimal characters. It gives nobody
 * another caller's run: whose it is, the call says that brings it.
 */
export const tokenOf = (tool: Any, key: string): Effect.Effect<string, Errors.InvalidArguments> => {
  if (typeof key === "string" && key !== "") return Effect.succeed(IdempotencyKey.ofArguments(key))
  const { field } = tool.durable
  const path = field === undefined ? [] : [field]
  return Effect.fail(new Errors.InvalidArguments({ issues: [Issue.make(path, "Expected a key, got none")] }))
}

/** Returns the id of the run that a token names to the caller. */
export const idOfToken = (tool: Any, token: string): Effect.Effect<string> =>
  Effect.map(callHere, (call) =>
    IdempotencyKey.scopeId(IdempotencyKey.make(token), {
      principal: tool.durable.perCaller ? principalOf(call) : "",
      tool: tool.name
    }))

/** Returns the call that a fiber answers; `undefined` outside of calls. */
export const callHere: Effect.Effect<ToolCall["Service"] | undefined> = Effect.map(
  Effect.context<never>(),
  (context) =>
    Option.getOrUndefined(Context.getOption(context, ToolCall as unknown as Context.Key<never, ToolCall["Service"]>))
)

/**
 * Names the caller: the same key from another one is another key. Many people may share one client: without a subject their tokens tell
 * them apart.
 */
const principalOf = (call: ToolCall["Service"] | undefined): string => {
  const principal = call === undefined ? undefined : Option.getOrUndefined(call.principal)
  if (principal === undefined) return ""
  const subject = principal.extra["sub"] ?? principal.extra["subject"]
  return JSON.stringify([principal.clientId, typeof subject === "string" ? subject : Redacted.value(principal.token)])
}
