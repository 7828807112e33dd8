import type * as Tool from "@errata/core/Tool"

/** Throws a `TypeError` where a tool verifies its calls by one that is not registered with it: a reply would name what nobody can call. */
export const assertVerifiers = (tools: ReadonlyArray<{ readonly tool: Tool.Any }>): void => {
  for (const { tool } of tools) {
    const asked = tool.verify?.tool
    if (asked === undefined || tools.some((other) => other.tool === asked)) continue
    throw new TypeError(`The tool ${tool.name} verifies its calls by ${asked.name}: register both together`)
  }
}
