import type { TextContent } from "../CallToolResult.ts"

/** Makes a block of text. */
export const textBlock = (text: string): TextContent => ({ type: "text", text })
