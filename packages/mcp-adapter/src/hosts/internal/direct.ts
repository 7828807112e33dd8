import type { Answer } from "../../call/internal/answer.ts"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"

/**
 * Decides which calls of our tools go past what SDK 1.x does around a handler: it parses the request twice, asks our schemas, which
 * let everything pass, and copies the result by a schema. That takes longer than the call of a short tool, and changes nothing in a
 * request that is plain and a result that is ours. Whatever is not plain goes through the SDK as ever.
 */

/** Holds what the SDK kept of a tool when it was registered. */
export interface Kept {
  readonly handler: unknown
  readonly inputSchema: unknown
  readonly outputSchema: unknown
}

/** Returns what the SDK kept of a tool; `undefined` where it calls something else than it was given. */
export const keptOf = (registered: unknown, callback: unknown): Kept | undefined =>
  isRecord(registered) && callback !== undefined && registered["handler"] === callback
    ? { handler: callback, inputSchema: registered["inputSchema"], outputSchema: registered["outputSchema"] }
    : undefined

/** The fields of an `McpServer` that change nothing in how a tool is called. One that is not known may. */
const knownFields: ReadonlySet<string> = new Set([
  "_completionHandlerInitialized",
  "_experimental",
  "_maxToolInputElements",
  "_promptHandlersInitialized",
  "_registeredPrompts",
  "_registeredResourceTemplates",
  "_registeredResources",
  "_registeredTools",
  "_resourceHandlersInitialized",
  "_toolHandlersInitialized",
  "server"
])

/** The methods that an `McpServer` of SDK 1.x calls a tool by. */
const methods = [
  "registerTool",
  "setToolRequestHandlers",
  "validateToolInput",
  "executeToolHandler",
  "validateToolOutput"
]

/** Tests for a server of SDK 1.x as it is published: of no class of the user's, with no method and no limit of its own. */
export const isPublished = (server: object, protocol: object): boolean => {
  const own = Object.getPrototypeOf(server) as object
  return Object.getPrototypeOf(own) === Object.prototype && methods.every((name) => Object.hasOwn(own, name)) &&
    Object.getOwnPropertyNames(server).every((name) => knownFields.has(name)) &&
    (server as { readonly [name: string]: unknown })["_maxToolInputElements"] === undefined &&
    !Object.hasOwn(protocol, "setRequestHandler")
}

/** Tests for a tool that is as it was registered. */
export const isUnchanged = (tool: { readonly [field: string]: unknown }, kept: Kept): boolean =>
  tool["handler"] === kept.handler && tool["inputSchema"] === kept.inputSchema &&
  tool["outputSchema"] === kept.outputSchema

/** Tests for a request that says nothing but which tool is called with what. */
export const isPlainRequest = (params: object): boolean => {
  for (const name in params) {
    if (name !== "name" && name !== "arguments" && name !== "_meta") return false
  }
  return true
}

/** Tests for an object that every parser of JSON makes alike. */
export const isPlainObject = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && !Object.hasOwn(value, "__proto__")
}

/**
 * Returns a result as the SDK would have written it, its fields in the same order; `undefined` where it would have changed more: it
 * drops fields that it does not know from blocks of content, and refuses values that are no JSON.
 */
export const written = (result: CallToolResult, hasOutput: boolean): CallToolResult | undefined => {
  const { _meta, content, isError, structuredContent } = result
  if (!hasOnly(result, resultFields) || !isOneText(content)) return undefined
  if (structuredContent === undefined ? hasOutput && isError !== true : !isPlainObject(structuredContent)) {
    return undefined
  }
  const told: CallToolResult = _meta === undefined ? { content } : { _meta, content }
  if (structuredContent !== undefined) told.structuredContent = { ...structuredContent }
  if (isError !== undefined) told.isError = isError
  return told
}

const resultFields: ReadonlySet<string> = new Set(["_meta", "content", "isError", "structuredContent"])
const blockFields: ReadonlySet<string> = new Set(["type", "text"])

const hasOnly = (value: object, fields: ReadonlySet<string>): boolean => {
  for (const name in value) if (!fields.has(name)) return false
  return true
}

const isOneText = (content: CallToolResult["content"]): boolean => {
  const [block] = content
  return content.length === 1 && block?.type === "text" && typeof block.text === "string" && hasOnly(block, blockFields)
}

/** The answers of calls that have run, and that the SDK is to write, by what it gave beside the request. */
const answers = new WeakMap<object, Answer>()

/** Lets the SDK write the answer of a call that has run. */
export const handOver = (extra: object, answer: Answer): void => {
  answers.set(extra, answer)
}

/** Returns the answer of a call that has run. */
export const handedOver = (extra: unknown): Answer | undefined => isRecord(extra) ? answers.get(extra) : undefined
