/** Anthropic's Messages. */
import { type Answer, type Dialect, records, type Request } from "./Dialect.ts"

const about = { id: "msg_1", type: "message", role: "assistant", model: "fake", stop_sequence: null }
const usage = { input_tokens: 1, output_tokens: 1 }

const answer = ({ body }: Request, block: object, delta: object, stop_reason: string): Answer => {
  if (body["stream"] !== true) return { body: { ...about, content: [{ ...block, ...delta }], stop_reason, usage } }
  const event = (type: string, data: object = {}) => ({ name: type, data: { type, ...data } })
  const change = "input" in delta
    ? { type: "input_json_delta", partial_json: JSON.stringify(delta.input) }
    : { type: "text_delta", ...delta }
  return {
    events: [
      event("message_start", { message: { ...about, content: [], stop_reason: null, usage } }),
      event("content_block_start", { index: 0, content_block: block }),
      event("content_block_delta", { index: 0, delta: change }),
      event("content_block_stop", { index: 0 }),
      event("message_delta", { delta: { stop_reason, stop_sequence: null }, usage }),
      event("message_stop")
    ]
  }
}

export const messages: Dialect = {
  speaks: (path) => path.endsWith("/v1/messages"),
  turn: ({ body }) => {
    const sent = records(body["messages"])
    const result = records(sent.at(-1)?.["content"]).find(({ type }) => type === "tool_result")
    return {
      said: JSON.stringify(sent.filter(({ role }) => role === "user")),
      tools: records(body["tools"]).map(({ name }) => String(name)),
      ...result === undefined ? {} : { reads: result["content"] }
    }
  },
  call: (request, name, input) =>
    answer(request, { type: "tool_use", id: "toolu_1", name, input: {} }, { input }, "tool_use"),
  say: (request, text) => answer(request, { type: "text", text: "" }, { text }, "end_turn")
}
