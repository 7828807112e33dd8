/** What tools answered with in this process, to be held against what they declare. */
import type * as Catalogue from "@errata/core/Catalogue"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"

/** Every error that was met. */
export const seen: Array<Catalogue.Observed> = []

/** Remembers the errors that a result tells of. */
export const observe = (tool: string, result: Parameters<typeof ToolTest.observed>[1]): void => {
  seen.push(...ToolTest.observed(tool, result))
}
