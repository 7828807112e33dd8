/**
 * Holds the tools of the revision 2026-07-28 that take several rounds: instead of waiting for the client, a tool returns what
 * it wants to know, and is called again with the answers. What must survive in between travels with the client, signed.
 *
 * They are written for SDK 2.x, which has the words for it, and wrapped by the adapter, which lets questions pass.
 */
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequests,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  type McpServer,
  type ServerContext
} from "@modelcontextprotocol/server"
import * as z from "zod"
import * as Content from "./scenarios/content.ts"

type Request = ServerContext["mcpReq"]

/** Either the questions that are open, or what the tool says in the end. */
type Turn = (request: Request) => InputRequiredResult | string | Promise<InputRequiredResult | string>

/** Signs what a tool wants back, with a key of this process. The server refuses what was changed before a tool sees it. */
export const state = createRequestStateCodec<{ readonly name?: string }>({
  key: crypto.getRandomValues(new Uint8Array(32))
})

const form = (message: string, properties: { readonly [field: string]: { readonly type: "string" | "boolean" } }) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: "object", properties: properties as never, required: Object.keys(properties) }
  })

const field = (message: string, name: string) => form(message, { [name]: { type: "string" } })

const sample = (text: string) =>
  inputRequired.createMessage({ messages: [{ role: "user", content: { type: "text", text } }], maxTokens: 100 })

const nameQuestion = () => field("What is your name?", "name")

const textIn = ({ inputResponses }: Request, key: string, name: string): string | undefined =>
  acceptedContent(inputResponses, key, z.object({ [name]: z.string() }))?.[name]

const greet: Turn = (request) => {
  const name = textIn(request, "user_name", "name")
  return name === undefined ? inputRequired({ inputRequests: { user_name: nameQuestion() } }) : `Hello, ${name}!`
}

const askModel = (key: string, question: string): Turn => ({ inputResponses }) => {
  const answer = inputResponse(inputResponses, key)
  return answer.kind === "sampling"
    ? `The model says: ${JSON.stringify(answer.result.content)}`
    : inputRequired({ inputRequests: { [key]: sample(question) } })
}

const listRoots: Turn = ({ inputResponses }) => {
  const answer = inputResponse(inputResponses, "client_roots")
  return answer.kind === "roots"
    ? `The roots are ${answer.roots.map(({ uri }) => uri).join(", ")}`
    : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
}

const confirm: Turn = async ({ inputResponses, requestState }) =>
  requestState() !== undefined && acceptedContent(inputResponses, "confirm") !== undefined
    ? "state-ok"
    : inputRequired({
      inputRequests: { confirm: form("Please confirm", { ok: { type: "boolean" } }) },
      requestState: await state.mint({})
    })

const askAll: Turn = async ({ inputResponses, requestState }) => {
  const inputRequests = {
    user_name: nameQuestion(),
    greeting: sample("Generate a greeting"),
    client_roots: inputRequired.listRoots()
  }
  const isAnswered = Object.keys(inputRequests).every((key) => inputResponse(inputResponses, key).kind !== "missing")
  return isAnswered && requestState() !== undefined
    ? "All three were answered."
    : inputRequired({ inputRequests, requestState: await state.mint({}) })
}

const askTwice: Turn = async (request) => {
  const { name } = request.requestState<{ readonly name?: string }>() ?? {}
  const color = textIn(request, "step2", "color")
  if (name !== undefined && color !== undefined) return `${name} likes ${color}.`
  const known = name ?? textIn(request, "step1", "name")
  return known === undefined
    ? inputRequired({
      inputRequests: { step1: field("Step 1: What is your name?", "name") },
      requestState: await state.mint({})
    })
    : inputRequired({
      inputRequests: { step2: field("Step 2: What is your favorite color?", "color") },
      requestState: await state.mint({ name: known })
    })
}

/** Asks only what the client says it can answer. */
const askWhatCanBe: Turn = ({ envelope, inputResponses }) => {
  if (inputResponses !== undefined) return "Answered."
  const can = (envelope as { readonly [key: string]: object } | undefined)?.[CLIENT_CAPABILITIES_META_KEY] ?? {}
  const inputRequests: InputRequests = {
    ..."elicitation" in can ? { user_name: nameQuestion() } : {},
    ..."sampling" in can ? { greeting: sample("Generate a greeting") } : {},
    ..."roots" in can ? { client_roots: inputRequired.listRoots() } : {}
  }
  return Object.keys(inputRequests).length === 0 ? "The client can answer nothing." : inputRequired({ inputRequests })
}

const turns: { readonly [tool: string]: Turn } = {
  test_input_required_result_elicitation: greet,
  test_input_required_result_sampling: askModel("capital_question", "What is the capital of France?"),
  test_input_required_result_list_roots: listRoots,
  test_input_required_result_request_state: confirm,
  test_input_required_result_multiple_inputs: askAll,
  test_input_required_result_multi_round: askTwice,
  test_input_required_result_tampered_state: confirm,
  test_input_required_result_capabilities: askWhatCanBe,
  test_missing_capability: askModel("answer", "Reply with one word: pong"), // the SDK refuses it where the client does not sample
  test_streaming_elicitation: greet
}

const handlers = Object.entries(turns).map(([name, turn]) =>
  [name, wrapHandler(({ mcpReq }: ServerContext) => turn(mcpReq), { name, safety: "read" })] as const
)

/** Registers the tools, and the prompt that asks before it renders. */
export const add = (server: McpServer): void => {
  for (const [name, handler] of handlers) server.registerTool(name, { description: "Asks." }, handler)
  server.registerPrompt("test_input_required_result_prompt", { description: "Asks." }, promptOf as never)
}

const promptOf = ({ mcpReq }: ServerContext) => {
  const context = textIn(mcpReq, "user_context", "context")
  return context === undefined
    ? inputRequired({
      inputRequests: { user_context: field("What context should the prompt use?", "context") }
    })
    : { messages: [{ role: "user", content: Content.text(`Use this context: ${context}`) }] }
}
