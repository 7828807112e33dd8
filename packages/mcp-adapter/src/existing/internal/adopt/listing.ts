import type { Safety } from "@errata/core/Advice"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import type { ServerParts } from "./parts.ts"

/** Remembers what a server listed of its tools. */
export const note = (parts: ServerParts, result: unknown): void => {
  const tools = isRecord(result) && Array.isArray(result["tools"]) ? result["tools"] as ReadonlyArray<unknown> : []
  for (const tool of tools) {
    if (isRecord(tool) && typeof tool["name"] === "string" && parts.listing.size < mostTools) {
      parts.listing.set(tool["name"], tool)
    }
  }
}

const mostTools = 100_000
const mostPages = 100

/** Returns the names of the tools, as the server lists them to its clients; `undefined` if it does not list them all. */
export const listTools = async (parts: ServerParts, extra: unknown): Promise<ReadonlyArray<string> | undefined> => {
  const names: Array<string> = []
  let cursor: unknown
  try {
    for (let page = 0; page < mostPages; page++) {
      const params = cursor === undefined ? {} : { cursor }
      const listing = Object(await parts.handlers?.get("tools/list")?.({ method: "tools/list", params }, extra))
      names.push(...listing.tools.map((tool: { readonly name: unknown }) => String(tool.name)))
      note(parts, listing)
      cursor = listing.nextCursor
      if (cursor === undefined) return names
    }
  } catch {
    return undefined
  }
  return undefined
}

/** Returns how often a call may take effect, by the tool's annotations; `undefined` if they say nothing of it. */
export const safetyOf = (tool: unknown): Safety | undefined => {
  const annotations = isRecord(tool) && isRecord(tool["annotations"]) ? tool["annotations"] : {}
  if (annotations["readOnlyHint"] === true) return "read"
  if (annotations["idempotentHint"] === true) return "idempotent"
  return annotations["idempotentHint"] === false ? "once" : undefined
}

/** Returns the names of the arguments that a tool lists: of a JSON Schema, or of a zod object. */
export const argumentsOf = (tool: unknown): ReadonlySet<string> | undefined => {
  const schema = isRecord(tool) ? tool["inputSchema"] : undefined
  const properties = isRecord(schema) ? schema["properties"] ?? schema["shape"] : undefined
  return isRecord(properties) ? new Set(Object.keys(properties)) : undefined
}

interface Validator {
  readonly validate: (value: unknown) => unknown
}

/** Tests whether structured content fits what a tool lists of its output; `undefined` if it cannot be told. */
export const fits = (tool: unknown, structured: unknown): boolean | undefined => {
  const schema = isRecord(tool) ? tool["outputSchema"] : undefined
  if (schema === undefined) return tool === undefined ? undefined : true
  const standard = Object(schema)["~standard"] as Validator | undefined
  if (typeof standard?.validate !== "function") return undefined
  try {
    const result = standard.validate(structured)
    return isRecord(result) && !(result instanceof Promise) && result["issues"] === undefined
  } catch {
    return undefined
  }
}
