import * as Predicate from "effect/Predicate"
import { foldsItself } from "../../../call/internal/foldsItself.ts"
import { saysItFailed } from "../../../fold/internal/lifted.ts"
import type { Adoption } from "./adoption.ts"
import { noteOurs } from "./ours.ts"
import { override, type ServerParts } from "./parts.ts"
import { isTask } from "./tasks.ts"

type Execute = (tool: unknown, args: unknown, extra: unknown) => Promise<unknown>

/**
 * Wraps what runs the handlers of an `McpServer`'s tools: every one of them, those that are registered later too. Says
 * whether it could.
 */
export const wrapHandlers = (parts: ServerParts, adoption: Adoption): boolean =>
  override<Execute>(parts.mcp, "executeToolHandler", (original) => async (tool, args, extra) => {
    if (isTask(tool) || foldsItself(Object(tool).handler)) return original(tool, args, extra)
    const name = nameOf(parts.registry("_registeredTools"), tool)
    const result = await adoption.fold({ name, tool, args, extra }, original.bind(undefined, tool, args))
    if (!adoption.isShadow && saysItFailed(result)) noteOurs(result)
    return result
  })

/** Holds the name of each tool: the SDK hands its handler the tool, which is the SDK's object and does not know its name. */
const names = new WeakMap<object, string>()

/** Names all tools when one is met whose name is not known: each would else be looked for among all. */
const nameOf = (tools: { readonly [name: string]: unknown } = {}, tool: unknown): string => {
  const known = nameIn(tools, tool)
  if (known !== undefined) return known
  for (const [name, one] of Object.entries(tools)) {
    if (Predicate.isObject(one) && nameIn(tools, one) === undefined) names.set(one, name)
  }
  return nameIn(tools, tool) ?? "tool"
}

/** A tool may have been given another name since. */
const nameIn = (tools: { readonly [name: string]: unknown }, tool: unknown): string | undefined => {
  const name = names.get(tool as object)
  return name !== undefined && tools[name] === tool ? name : undefined
}
