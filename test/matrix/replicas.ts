/**
 * What hosts make of a result before a model reads it. Each is written anew from what was recorded of the host (`vectors.json`,
 * 2026-11-26), or, the last two, from its public sources; `pnpm hosts` asks seven of them anew, Claude Code too.
 */

/** The text blocks and the rest of a result, as far as hosts look at them. */
export interface Result {
  readonly content: ReadonlyArray<{ readonly type: string; readonly text?: string }>
  readonly structuredContent?: { readonly [key: string]: unknown }
  readonly isError?: boolean
  readonly _meta?: { readonly [key: string]: unknown }
}

/** A call as a host sees it. */
export interface Call {
  readonly tool: string
  readonly arguments: { readonly [key: string]: unknown }
  readonly result: Result
  /** The fields that the listed output schema requires; none if no output is listed. */
  readonly requires?: ReadonlyArray<string> | undefined
}

/** Gives what a model reads. */
export type Replica = (call: Call) => unknown

const json = JSON.stringify

const textsOf = ({ content }: Result): ReadonlyArray<string> =>
  content.flatMap(({ text, type }) => type === "text" && text !== undefined ? [text] : [])

const textOf = (result: Result): string => textsOf(result).join("\n")

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Says that a tool failed, as Gemini CLI and its descendants do. */
const dump = ({ arguments: args, tool: name }: Call, response: unknown): string =>
  `MCP tool '${name}' reported tool error for function call: ${json({ name, args })} with response: ${
    json([{ functionResponse: { name, response } }])
  }`

/** What a library reports instead of an error whose text is JSON: it takes the text for the output. */
const misfit = ({ requires, result }: Call): unknown => {
  if (requires === undefined || result.structuredContent !== undefined || !isJson(textOf(result))) return undefined
  const missing = requires.map((name) => `data must have required property '${name}'`).join(", ")
  const message = `MCP error -32602: Structured content does not match the tool's output schema: ${missing}`
  return { error: { message, isError: true } }
}

/** Hosts that were run: proved against what was recorded. */
export const measured: { readonly [host: string]: Replica } = {
  // Its first line tells how long the call took, which is left out of the recordings too.
  "Codex CLI": ({ result }) =>
    result.structuredContent === undefined
      ? ["Wall time: 0 seconds\nOutput:", ...textsOf(result)].map((text) => ({ type: "input_text", text }))
      : `Wall time: 0 seconds\nOutput:\n${json(result.structuredContent)}`,
  "Gemini CLI": (call) =>
    call.result.isError === true
      ? { error: dump(call, misfit(call) ?? call.result) }
      : { output: `<untrusted_context>\n${textOf(call.result)}\n</untrusted_context>` },
  "Qwen Code": (call) => [{
    type: "text",
    text: call.result.isError === true
      ? dump(call, { error: call.result, content: call.result.content })
      : textOf(call.result)
  }],
  opencode: ({ result }) => textOf(result),
  "Continue CLI": ({ result }) => json(result.content),
  "Cline CLI": ({ result }) => json(result),
  "Vercel AI SDK": ({ result }) => json(result.content),
  "OpenAI Agents JS": ({ result }) => textOf(result),
  "LangChain JS": ({ result, tool }) => {
    const text = textOf(result)
    const { _meta: meta, isError, structuredContent } = result
    if (isError === true) {
      return `ToolException: MCP tool '${tool}' on server 'lab' returned an error: ${text}\n Please fix your mistakes.`
    }
    return structuredContent === undefined && meta === undefined
      ? text
      : json({ type: "text", text, structuredContent, meta })
  },
  Mastra: ({ result }) => result.isError === true ? textOf(result) : json(result.structuredContent ?? result),
  "LlamaIndex TS": ({ result }) => json(result, null, 2).replaceAll("\"", ""),
  "Genkit JS": ({ result }) => result.isError === true ? json({ error: textOf(result) }) : textOf(result),
  "Strands TS": ({ result }) => `${result.isError === true ? "[ERROR] " : ""}${textOf(result)}`,
  "Google ADK JS": ({ result }) => result,
  VoltAgent: ({ result }) => json(result),
  "mcp-use JS": ({ result }) => json(result)
}

/** Hosts whose sources were read. */
export const read: { readonly [host: string]: Replica } = {
  "Claude Code": ({ result: { content, isError, structuredContent } }) =>
    isError === true ? content[0]?.text : structuredContent === undefined ? content : json(structuredContent),
  "VS Code": ({ result }) => result.structuredContent === undefined ? textOf(result) : json(result.structuredContent)
}

/** All of them. */
export const replicas: { readonly [host: string]: Replica } = { ...measured, ...read }
