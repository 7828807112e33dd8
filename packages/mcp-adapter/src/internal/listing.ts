import * as JsonSchema from "@errata/core/JsonSchema"
import type * as Tool from "@errata/core/Tool"

/** What a host lists of a tool, apart from its schemas. */
export const described = (tool: Tool.Any): {
  readonly title?: string
  readonly description: string
  readonly annotations: { [hint: string]: boolean }
} => ({
  ...tool.title === undefined ? {} : { title: tool.title },
  description: tool.description,
  annotations: { ...tool.annotations } as { [hint: string]: boolean }
})

export const hasOutput = (tool: Tool.Any): boolean => tool.output.ast._tag !== "Void"

/** The schemas are written when somebody first asks, and handed out as fresh copies: SDKs change what they are given. */
const lazily = (write: () => JsonSchema.JsonSchema): () => { [key: string]: unknown } => {
  let known: JsonSchema.JsonSchema | undefined
  return () => structuredClone(known ??= write()) as { [key: string]: unknown }
}

export const inputSchema = (tool: Tool.Any): () => { [key: string]: unknown } =>
  lazily(() => JsonSchema.fromSchema(tool.input, { isClosed: tool.unknownArguments === "refuse" }))

export const outputSchema = (tool: Tool.Any): () => { [key: string]: unknown } =>
  lazily(() => JsonSchema.ofOutput(tool.output))
