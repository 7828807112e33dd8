/**
 * Describes the MCP result of a tool call, without any SDK.
 *
 * The types are structural, so that what the fold returns fits both official SDKs and effect's own server.
 *
 * @since 0.1.0
 */

/**
 * Describes what any block of content may carry besides itself.
 *
 * @category models
 * @since 0.1.0
 */
export type Annotated = {
  annotations?: {
    audience?: Array<"user" | "assistant"> | undefined
    priority?: number | undefined
    lastModified?: string | undefined
  } | undefined
  _meta?: { [key: string]: unknown } | undefined
}

/**
 * A block of text.
 *
 * @category models
 * @since 0.1.0
 */
export type TextContent = Annotated & { type: "text"; text: string }

/**
 * An image or a sound; its data is base64.
 *
 * @category models
 * @since 0.1.0
 */
export type MediaContent = Annotated & { type: "image" | "audio"; data: string; mimeType: string }

/**
 * A resource with its contents, as text or as base64.
 *
 * @category models
 * @since 0.1.0
 */
export type EmbeddedResource = Annotated & {
  type: "resource"
  resource:
    & { uri: string; mimeType?: string | undefined; _meta?: { [key: string]: unknown } | undefined }
    & ({ text: string } | { blob: string })
}

/**
 * A link to a resource.
 *
 * @category models
 * @since 0.1.0
 */
export type ResourceLink = Annotated & {
  type: "resource_link"
  uri: string
  name: string
  title?: string | undefined
  description?: string | undefined
  mimeType?: string | undefined
  size?: number | undefined
  icons?:
    | Array<{
      src: string
      mimeType?: string | undefined
      sizes?: Array<string> | undefined
      theme?: "light" | "dark" | undefined
    }>
    | undefined
}

/**
 * A block of content: text, image, audio, resource or a link to one.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentBlock = TextContent | MediaContent | EmbeddedResource | ResourceLink

/**
 * Describes the result of a tool call.
 *
 * @category models
 * @since 0.1.0
 */
export type CallToolResult = {
  content: Array<ContentBlock>
  structuredContent?: { [key: string]: unknown } | undefined
  isError?: boolean | undefined
  _meta?: { [key: string]: unknown } | undefined
  [key: string]: unknown
}

/**
 * Makes a block of text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const text = (text: string): TextContent => ({ type: "text", text })

/**
 * The result of a cancelled call, which is never sent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const cancelled = (): CallToolResult => ({ isError: true, content: [] })
