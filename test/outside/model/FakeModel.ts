/**
 * Stands in for a model behind a real host: it orders one call of a tool, keeps what it reads of the result, and is content.
 *
 * It listens on this machine only, and speaks as the providers do whose interfaces hosts know. What it orders is found by a
 * word in what the user says, so that hosts may ask at the same time.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { chat } from "./chat.ts"
import type { Answer, Dialect } from "./Dialect.ts"
import { gemini } from "./gemini.ts"
import { messages } from "./messages.ts"
import { responses } from "./responses.ts"

/** A call that the model shall order. */
export interface Order {
  readonly tool: string
  readonly arguments: object
}

/** A model that listens. */
export interface FakeModel {
  /** Where the providers' paths begin: `/v1/chat/completions`, for one, is below it. */
  readonly url: string
  /** Takes an order: `prompt` is what to say to the host, `reads` what the model read, once it did. */
  readonly order: (order: Order) => { readonly prompt: string; readonly reads: () => unknown }
  /** What was asked, for those who look for a reason. */
  readonly asked: ReadonlyArray<string>
  readonly close: () => Promise<void>
}

const dialects: ReadonlyArray<Dialect> = [chat, responses, messages, gemini]

interface Taken extends Order {
  reads?: unknown
}

export const start = async (): Promise<FakeModel> => {
  const orders = new Map<string, Taken>()
  const asked: Array<string> = []

  const answer = (path: string, body: { readonly [name: string]: unknown }): Answer | undefined => {
    const dialect = dialects.find(({ speaks }) => speaks(path))
    if (dialect === undefined) return undefined
    const request = { path, body }
    const { reads, said, tools } = dialect.turn(request)
    const order = orders.get(/order-\d+/.exec(said)?.[0] ?? "")
    if (order !== undefined && reads !== undefined) order.reads = reads
    const tool = tools.find((name) => name === order?.tool) ?? tools.find((name) => name.endsWith(order?.tool ?? "\n"))
    return order === undefined || reads !== undefined || tool === undefined
      ? dialect.say(request, "Done.")
      : dialect.call(request, tool, order.arguments)
  }

  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const path = new URL(request.url ?? "/", "http://localhost").pathname
      asked.push(`${request.method} ${request.url} ${text.length} characters`)
      const said = request.method === "POST" ? answer(path, JSON.parse(text || "{}") as never) : undefined
      if (said === undefined) response.writeHead(404, { "content-type": "application/json" }).end("{}")
      else write(response, said)
    }).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    order: (order) => {
      const prompt = `order-${orders.size + 1}`
      const taken: Taken = { ...order }
      orders.set(prompt, taken)
      return { prompt, reads: () => taken.reads }
    },
    asked,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

const write = (response: ServerResponse, answer: Answer): void => {
  if ("body" in answer) {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer.body))
    return
  }
  response.writeHead(200, { "content-type": "text/event-stream" })
  for (const { data, name } of answer.events) {
    if (name !== undefined) response.write(`event: ${name}\n`)
    response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`)
  }
  response.end()
}
