/** OpenAI's Responses. */
import { type Answer, type Dialect, records, type Request } from "./Dialect.ts"

const about = { id: "resp_1", object: "response", created_at: 0, model: "fake" }
const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 }

const answer = ({ body }: Request, item: object): Answer => {
  const whole = { ...about, status: "completed", output: [item], usage }
  if (body["stream"] !== true) return { body: whole }
  const event = (type: string, data: object) => ({ name: type, data: { type, ...data } })
  return {
    events: [
      event("response.created", { response: { ...about, status: "in_progress", output: [] } }),
      event("response.output_item.added", { output_index: 0, item }),
      event("response.output_item.done", { output_index: 0, item }),
      event("response.completed", { response: whole })
    ]
  }
}

/** Tools of one server may stand together under its name. */
const toolsOf = (body: Request["body"]) =>
  records(body["tools"]).flatMap((tool) =>
    tool["type"] === "namespace"
      ? records(tool["tools"]).map(({ name }) => ({ namespace: String(tool["name"]), name: String(name) }))
      : [{ name: String(tool["name"]) }]
  )

export const responses: Dialect = {
  speaks: (path) => path.endsWith("/responses"),
  turn: ({ body }) => {
    const input = records(body["input"])
    const output = input.findLast(({ type }) => type === "function_call_output")
    return {
      said: JSON.stringify(input.filter(({ role }) => role === "user")),
      tools: toolsOf(body).map(({ name }) => name),
      ...output === undefined ? {} : { reads: output["output"] }
    }
  },
  call: (request, name, args) => {
    const tool = toolsOf(request.body).find((tool) => tool.name === name)
    return answer(request, {
      type: "function_call",
      id: "fc_1",
      call_id: "call_1",
      arguments: JSON.stringify(args),
      ...tool
    })
  },
  say: (request, text) =>
    answer(request, { type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text }] })
}
