/** Agents of real frameworks, each with a fake model behind it and a real server before it. */
import { createMCPClient } from "@ai-sdk/mcp"
import { Experimental_StdioMCPTransport as AiStdio } from "@ai-sdk/mcp/mcp-stdio"
import { createOpenAICompatible } from "@ai-sdk/openai-compatible"
import { MultiServerMCPClient } from "@langchain/mcp-adapters"
import { ChatOpenAI } from "@langchain/openai"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import {
  Agent as OpenAiAgent,
  MCPServerStdio,
  MCPServerStreamableHttp,
  OpenAIChatCompletionsModel,
  run,
  setTracingDisabled
} from "@openai/agents"
import { Agent as StrandsAgent, McpClient } from "@strands-agents/sdk"
import { OpenAIModel } from "@strands-agents/sdk/models/openai"
import { generateText, isStepCount } from "ai"
import { createAgent } from "langchain"
import OpenAI from "openai"

/** Where a server is: an address, or a script that serves over stdio. */
export type Where = { readonly url: string } | Script

interface Script {
  readonly script: string
  readonly env: { readonly [name: string]: string }
}

/** An agent that has listed the tools of a server. */
export interface Agent {
  readonly ask: (prompt: string) => Promise<unknown>
  readonly close: () => Promise<unknown>
}

/** Connects an agent to a server. `model` is where the interface of its model begins. */
export type Host = (where: Where, model: string) => Promise<Agent>

const apiKey = "none"
const started = ({ env, script }: Script) => ({
  command: process.execPath,
  args: [script],
  env: { PATH: process.env["PATH"] ?? "", ...env }
})

const aiSdk: Host = async (where, baseURL) => {
  const transport = "url" in where ? { type: "http" as const, url: where.url } : new AiStdio(started(where))
  const client = await createMCPClient({ transport })
  const tools = await client.tools()
  const model = createOpenAICompatible({ name: "fake", baseURL, apiKey })("fake")
  return {
    ask: (prompt) => generateText({ model, tools, prompt, stopWhen: isStepCount(3), maxRetries: 0 }),
    close: () => client.close()
  }
}

const openAiAgents: Host = async (where, baseURL) => {
  setTracingDisabled(true)
  const server = "url" in where
    ? new MCPServerStreamableHttp({ url: where.url })
    : new MCPServerStdio(started(where))
  await server.connect()
  const model = new OpenAIChatCompletionsModel(new OpenAI({ apiKey, baseURL, maxRetries: 0 }) as never, "fake")
  const agent = new OpenAiAgent({ name: "fake", model, mcpServers: [server] })
  return { ask: (prompt) => run(agent, prompt), close: () => server.close() }
}

const langChain: Host = async (where, baseURL) => {
  const lab = "url" in where
    ? { transport: "http" as const, url: where.url }
    : { transport: "stdio" as const, ...started(where) }
  const client = new MultiServerMCPClient({ mcpServers: { lab } })
  const model = new ChatOpenAI({ model: "fake", apiKey, configuration: { baseURL }, maxRetries: 0 })
  const agent = createAgent({ model, tools: await client.getTools() })
  return {
    ask: (content) => agent.invoke({ messages: [{ role: "user", content }] }),
    close: () => client.close()
  }
}

const strands: Host = async (where, baseURL) => {
  const client = new McpClient("url" in where ? where : { transport: new StdioClientTransport(started(where)) })
  const model = new OpenAIModel({ api: "chat", modelId: "fake", apiKey, clientConfig: { baseURL, maxRetries: 0 } })
  return {
    ask: (prompt) => new StrandsAgent({ model, tools: [client], printer: false }).invoke(prompt),
    close: () => client.disconnect()
  }
}

/** By the names of their replicas. */
export const hosts: { readonly [name: string]: Host } = {
  "Vercel AI SDK": aiSdk,
  "OpenAI Agents JS": openAiAgents,
  "LangChain JS": langChain,
  "Strands TS": strands
}
