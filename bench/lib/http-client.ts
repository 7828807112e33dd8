/** A connection of a few lines, which asks for one thing at a time: a client that costs more than its server would hide it. */
import { once } from "node:events"
import { connect, type Socket } from "node:net"

export interface Connection {
  /** Sends a request as it stands on the wire, and resolves with the answer as it stands there. */
  readonly ask: (request: string) => Promise<string>
  readonly close: () => void
}

export type Headers = Readonly<Record<string, string>>

/** Writes a POST request. */
export const post = (path: string, headers: Headers, body: string): string => {
  const lines = Object.entries({ host: "127.0.0.1", ...headers, "content-length": String(Buffer.byteLength(body)) })
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`
}

/** Reads a header of an answer. */
export const headerOf = (answer: string, name: string): string | undefined =>
  new RegExp(`^${name}: *(.*?)\\r$`, "im").exec(answer.slice(0, answer.indexOf("\r\n\r\n") + 2))?.[1]

const isWhole = (answer: string): boolean => {
  const end = answer.indexOf("\r\n\r\n")
  if (end < 0) return false
  const length = headerOf(answer, "content-length")
  return length === undefined ? answer.endsWith("\r\n0\r\n\r\n") : answer.length >= end + 4 + Number(length)
}

export const connectHttp = async (port: number): Promise<Connection> => {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true })
  await once(socket, "connect")
  let answer = ""
  let { promise, reject, resolve } = Promise.withResolvers<string>()
  socket.setEncoding("latin1").on("data", (text: string) => {
    answer += text
    if (!isWhole(answer)) return
    const whole = answer
    answer = ""
    resolve(whole)
  })
  socket.on("error", (error) => reject(error)).on("close", () => reject(new Error("The connection was closed")))
  return {
    ask: (request) => {
      ;({ promise, reject, resolve } = Promise.withResolvers<string>())
      socket.write(request)
      return promise
    },
    close: () => socket.destroy()
  }
}
