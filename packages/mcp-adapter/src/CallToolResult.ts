/**
 * Describes the MCP result of a tool call, without any SDK.
 *
 * The types are structural, so that what the fold returns fits both official SDKs and effect's own server.
 *
 * @since 0.1.0
 */

/**
 * A block of content: text, image, audio, resource or a link to one.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentBlock = { readonly type: string; readonly [key: string]: unknown }

/**
 * What a tool call returns.
 *
 * @category models
 * @since 0.1.0
 */
export type CallToolResult = {
  content: Array<ContentBlock>
  structuredContent?: { [key: string]: unknown }
  isError?: boolean
  _meta?: { [key: string]: unknown }
  [key: string]: unknown
}

/**
 * Makes a block of text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const text = (text: string): ContentBlock => ({ type: "text", text })

/**
 * What a cancelled call returns: nobody reads it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const cancelled = (): CallToolResult => ({ isError: true, content: [] })
