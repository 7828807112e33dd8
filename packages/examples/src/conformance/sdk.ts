/**
 * Registers the fixtures on an `McpServer` of SDK 1.x: tools through the adapter, the rest directly.
 */
import * as Errors from "@errata/core/Errors"
import { register } from "@errata/mcp-adapter/sdk"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { completable } from "@modelcontextprotocol/sdk/server/completable.js"
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js"
import {
  ErrorCode,
  McpError,
  ResultSchema,
  type ServerNotification,
  type ServerRequest,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema
} from "@modelcontextprotocol/sdk/types.js"
import * as z from "zod"
import * as Logging from "./scenarios/logging.ts"
import * as Prompts from "./scenarios/prompts.ts"
import { answered, type Question, questions } from "./scenarios/questions.ts"
import * as Resources from "./scenarios/resources.ts"
import { tools } from "./scenarios/tools.ts"

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

/** Makes a server for one session. */
export const make = (): McpServer => {
  const server = new McpServer({ name: "conformance-sdk", version: "0.1.0" }, {
    capabilities: { logging: {}, resources: { subscribe: true } }
  })
  register(server, tools)
  server.registerTool("test_tool_with_logging", { description: Logging.description }, logging)
  for (const question of questions) {
    const { description, inputSchema, name } = question
    server.registerTool(name, { description, inputSchema }, asking(question))
  }
  addPrompts(server)
  addResources(server)
  return server
}

const logging = toHandler(
  (extra: Extra) =>
    Logging.program((data) =>
      extra.sendNotification({ method: "notifications/message", params: { level: "info", data } })
    ),
  { name: "test_tool_with_logging", safety: "read" }
)

/** Sends the question as a request of its own, and waits. */
const asking = (question: Question) =>
  wrapHandler(
    async (args: Record<string, unknown>, extra: Extra) =>
      answered(question, await extra.sendRequest(question.ask(args) as unknown as ServerRequest, ResultSchema)),
    { name: question.name, safety: "read", classify: clientCannot(question) }
  )

/** Tests for a client that was never meant to be asked: it answers with "method not found". */
const clientCannot = (question: Question) => (failure: unknown) =>
  failure instanceof McpError && failure.code === Number(ErrorCode.MethodNotFound)
    ? new Errors.Unsupported({ feature: `The client's ${question.ask({}).method}` })
    : undefined

const addPrompts = (server: McpServer): void => {
  for (const prompt of Prompts.prompts) {
    const { description, name } = prompt
    const text = () => completable(z.string(), Prompts.complete)
    const argsSchema = Object.fromEntries(prompt.arguments.map((argument) => [argument, text()]))
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
  server.server.setRequestHandler(SubscribeRequestSchema, () => ({}))
  server.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}))
}
