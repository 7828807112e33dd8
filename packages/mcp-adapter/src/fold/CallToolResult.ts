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
  /** The hints for the host about the block. */
  annotations?: {
    /** The readers that the block is for. */
    audience?: Array<"user" | "assistant"> | undefined
    /** The importance of the block, from 0 to 1. */
    priority?: number | undefined
    /** The time of the last change, in ISO 8601. */
    lastModified?: string | undefined
  } | undefined
  /** The metadata for programs, by prefixed keys. */
  _meta?: { [key: string]: unknown } | undefined
}

/**
 * Describes a block of text.
 *
 * @category models
 * @since 0.1.0
 */
export type TextContent = Annotated & {
  /** The kind of block. */
  type: "text"
  /** The text. */
  text: string
}

/**
 * Describes an image or a sound; its data is base64.
 *
 * @category models
 * @since 0.1.0
 */
export type MediaContent = Annotated & {
  /** The kind of block. */
  type: "image" | "audio"
  /** The bytes in base64. */
  data: string
  /** The media type, such as `image/png`. */
  mimeType: string
}

/**
 * Describes a resource with its contents, as text or as base64.
 *
 * @category models
 * @since 0.1.0
 */
export type EmbeddedResource = Annotated & {
  /** The kind of block. */
  type: "resource"
  /** The resource with its contents. */
  resource:
    & {
      /** The address of the resource. */
      uri: string
      /** The media type, such as `image/png`. */
      mimeType?: string | undefined
      /** The metadata for programs, by prefixed keys. */
      _meta?: { [key: string]: unknown } | undefined
    }
    & ({
      /** The text. */
      text: string
    } | {
      /** The bytes in base64. */
      blob: string
    })
}

/**
 * Describes a link to a resource.
 *
 * @category models
 * @since 0.1.0
 */
export type ResourceLink = Annotated & {
  /** The kind of block. */
  type: "resource_link"
  /** The address of the resource. */
  uri: string
  /** The name of the resource. */
  name: string
  /** The name that a person sees. */
  title?: string | undefined
  /** One sentence about the resource. */
  description?: string | undefined
  /** The media type, such as `image/png`. */
  mimeType?: string | undefined
  /** The size in bytes. */
  size?: number | undefined
  /** The icons that a host may show. */
  icons?:
    | Array<{
      /** The address of the icon, or a `data:` URI. */
      src: string
      /** The media type, such as `image/png`. */
      mimeType?: string | undefined
      /** The sizes of the icon, such as `48x48`. */
      sizes?: Array<string> | undefined
      /** The theme that the icon is drawn for. */
      theme?: "light" | "dark" | undefined
    }>
    | undefined
}

/**
 * Describes a block of content: text, image, audio, resource or a link to one.
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
  /** The blocks that a model reads. */
  content: Array<ContentBlock>
  /** The output as JSON, by the tool's output schema. */
  structuredContent?: { [key: string]: unknown } | undefined
  /** Is true if the call failed. */
  isError?: boolean | undefined
  /** The metadata for programs, by prefixed keys. */
  _meta?: { [key: string]: unknown } | undefined
  [key: string]: unknown
}
