/**
 * Opens a bank: an HTTP service that takes every payment it is sent, the same one twice too, and can be told to misbehave.
 */
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** Says what becomes of the answer to the next payment: it comes, the bank hangs up instead, or it says nothing at all. */
export type Manner = "answers" | "hangs up" | "is silent"

/** A payment that was taken. */
export interface Payment {
  readonly payment_id: string
  readonly order: string
  readonly amount: number
}

/** A bank that is open. */
export interface Bank {
  readonly url: string
  /** All payments that were taken. */
  readonly payments: ReadonlyArray<Payment>
  /** Says how the next payment is answered, and resolves when it has been taken. */
  readonly next: (manner: Manner) => Promise<void>
  /** Says whether it can be asked about payments. */
  readonly inform: (isAsked: boolean) => void
  readonly close: () => Promise<void>
}

const read = async (request: IncomingMessage): Promise<Omit<Payment, "payment_id">> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as Omit<Payment, "payment_id">
}

/** Opens a bank on a loopback port. */
export const open = async (): Promise<Bank> => {
  const payments: Array<Payment> = []
  let manner: Manner = "answers"
  let taken = (): void => undefined
  let informs = true

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const payment = { ...await read(request), payment_id: `pay_${payments.length + 1}` }
    payments.push(payment)
    const how = manner
    manner = "answers"
    taken()
    if (how === "answers") response.end(JSON.stringify(payment))
    if (how === "hangs up") request.socket.destroy()
  }

  const tell = (url: URL, response: ServerResponse): void => {
    if (!informs) return void response.writeHead(503).end()
    const found = payments.find(({ order }) => order === url.searchParams.get("order"))
    response.end(JSON.stringify(found ?? null))
  }

  const server = createServer((request, response) => {
    if (request.method === "POST") void take(request, response)
    else tell(new URL(request.url ?? "/", "http://bank"), response)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    payments,
    next: (next) => {
      manner = next
      return new Promise((resolve) => {
        taken = resolve
      })
    },
    inform: (isAsked) => {
      informs = isAsked
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    }
  }
}
