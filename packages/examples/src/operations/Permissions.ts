/**
 * Says what a caller may do.
 */
import * as Errors from "@errata/core/Errors"
import { ToolCall } from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Settings } from "./settings.ts"

/**
 * Refuses what the caller may not do: the scopes of the token rule, where a host has signed somebody in, else the settings.
 * `projects:*` and `*` give more than one.
 */
export const require = Effect.fnUntraced(function*(area: string, action: string, resource: string) {
  const { principal } = yield* ToolCall
  const granted = Option.isSome(principal) ? new Set(principal.value.scopes) : (yield* Settings).permissions
  const required_permission = `${area}:${action}`
  if ([required_permission, `${area}:*`, "*"].some((name) => granted.has(name))) return
  return yield* new Errors.PermissionDenied({ action, resource, required_permission })
})
