/** Chat Completions, which most hosts know. */
import { type Answer, type Dialect, records, type Request } from "./Dialect.ts"

const about = { id: "chatcmpl-1", created: 0, model: "fake" }
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }

const answer = ({ body }: Request, message: object, finish: string): Answer => {
  if (body["stream"] !== true) {
    const choice = { index: 0, message: { role: "assistant", content: null, ...message }, finish_reason: finish }
    return { body: { ...about, object: "chat.completion", choices: [choice], usage } }
  }
  const chunk = (delta: object, finish_reason: string | null) => ({
    data: { ...about, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] }
  })
  return {
    events: [
      chunk({ role: "assistant", ...message }, null),
      chunk({}, finish),
      { data: { ...about, object: "chat.completion.chunk", choices: [], usage } },
      { data: "[DONE]" }
    ]
  }
}

export const chat: Dialect = {
  speaks: (path) => path.endsWith("/chat/completions"),
  turn: ({ body }) => {
    const messages = records(body["messages"])
    const last = messages.at(-1)
    return {
      said: JSON.stringify(messages.filter(({ role }) => role === "user")),
      tools: records(body["tools"]).map((tool) => String((tool["function"] as { readonly name?: unknown }).name)),
      ...last?.["role"] === "tool" ? { reads: last["content"] } : {}
    }
  },
  call: (request, name, args) => {
    const call = { id: "call_1", type: "function", function: { name, arguments: JSON.stringify(args) } }
    const streams = request.body["stream"] === true
    return answer(request, { tool_calls: [streams ? { index: 0, ...call } : call] }, "tool_calls")
  },
  say: (request, content) => answer(request, { content }, "stop")
}
