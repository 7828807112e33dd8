import { foldsItself } from "../../../call/internal/foldsItself.ts"
import type { Adoption } from "./adoption.ts"
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
    return adoption.fold({ name, tool, args, extra }, (extra) => original(tool, args, extra))
  })

const names = new WeakMap<object, string>()

const nameOf = (tools: { readonly [name: string]: unknown } | undefined, tool: unknown): string => {
  const known = names.get(tool as object)
  if (known !== undefined && tools?.[known] === tool) return known
  const name = Object.keys(tools ?? {}).find((name) => tools?.[name] === tool) ?? "tool"
  names.set(tool as object, name)
  return name
}
