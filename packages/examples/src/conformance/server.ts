/**
 * Registers the fixtures on an `McpServer` of SDK 2.x: tools through the adapter, the rest directly.
 */
import * as Tool from "@errata/core/Tool"
import { prepare } from "@errata/mcp-adapter/server"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import {
  completable,
  type InputRequests,
  inputRequired,
  McpServer,
  ResourceTemplate,
  type ServerContext,
  type ServerEvent,
  type ServerEventBus
} from "@modelcontextprotocol/server"
import * as Effect from "effect/Effect"
import * as z from "zod"
import * as Rounds from "./rounds.ts"
import * as Logging from "./scenarios/logging.ts"
import * as Prompts from "./scenarios/prompts.ts"
import { answered, type Question, questions } from "./scenarios/questions.ts"
import * as Resources from "./scenarios/resources.ts"
import { tools } from "./scenarios/tools.ts"

/** Prepares what makes a server, for one request or one session. What changes is told on the bus. */
export const factory = (bus: ServerEventBus): () => McpServer => {
  const register = prepare([
    ...tools,
    telling(bus, "test_trigger_tool_change", "tools_list_changed"),
    telling(bus, "test_trigger_prompt_change", "prompts_list_changed")
  ])
  return () => {
    const server = new McpServer({ name: "conformance-server", version: "0.1.0" }, {
      capabilities: { logging: {}, resources: { subscribe: true } },
      requestState: { verify: (text, context) => Rounds.state.verify(text, context) }
    })
    register(server)
    for (const [name, handler] of logging) {
      server.registerTool(name, { description: Logging.description }, handler)
    }
    for (const [{ description, inputSchema, name }, handler] of asking) {
      server.registerTool(name, { description, inputSchema }, handler)
    }
    Rounds.add(server)
    addPrompts(server)
    addResources(server)
    return server
  }
}

/** Makes a tool that tells those who listen that a list has changed. */
const telling = (bus: ServerEventBus, name: string, kind: Exclude<ServerEvent["kind"], "resource_updated">) =>
  Tool.handle(
    Tool.make(name, { description: "Tells of a change.", safety: "idempotent" }),
    () => Effect.sync(() => bus.publish({ kind }))
  )

/** Since 2026-07-28 the client says with each call whether it wants to hear the log. */
const logging = ["test_tool_with_logging", "test_logging_tool"].map((name) =>
  [
    name,
    toHandler(({ mcpReq }: ServerContext) => Logging.program((data) => mcpReq.log("info", data)), {
      name,
      safety: "read"
    })
  ] as const
)

/** Returns the question, and is called again with the answer; the SDK makes requests of it for older clients. */
const asking = questions.map((question: Question) =>
  [
    question,
    wrapHandler((args: Record<string, unknown>, { mcpReq }: ServerContext) => {
      const answer = mcpReq.inputResponses?.["answer"]
      return answer === undefined
        ? inputRequired({ inputRequests: { answer: question.ask(args) } as unknown as InputRequests })
        : answered(question, answer as { readonly [key: string]: unknown })
    }, { name: question.name, safety: "read" })
  ] as const
)

const addPrompts = (server: McpServer): void => {
  for (const prompt of Prompts.prompts) {
    const { description, name } = prompt
    const text = () => completable(z.string(), Prompts.complete)
    const argsSchema = z.object(Object.fromEntries(prompt.arguments.map((argument) => [argument, text()])))
    if (prompt.arguments.length === 0) server.registerPrompt(name, { description }, () => Prompts.messages(prompt, {}))
    else server.registerPrompt(name, { description, argsSchema }, (args) => Prompts.messages(prompt, args))
  }
}

const addResources = (server: McpServer): void => {
  for (const resource of Resources.resources) {
    const { description, mimeType, name, uri } = resource
    server.registerResource(name, uri, { description, mimeType }, () => Resources.contents(resource))
  }
  const { description, mimeType, name, read, uri } = Resources.template
  server.registerResource(
    name,
    new ResourceTemplate(uri, { list: undefined }),
    { description, mimeType },
    ({ href }, { id }) => read(href, String(id))
  )
  server.server.setRequestHandler("resources/subscribe", () => ({}))
  server.server.setRequestHandler("resources/unsubscribe", () => ({}))
}
