import { jsonReply, type Reply, type Stream } from "./reply.ts"

/** Names the key with which a tool's reply asks for another token. */
const key = "mcp/www_authenticate"

const marker = Buffer.from(key)

/**
 * Makes a reply of a response, and holds its head until the first piece of the body is there: a tool that asks for another token
 * can have its status then, 401 or 403.
 */
export const replyOf = async (response: Response, mayHold: boolean): Promise<Reply> => {
  const { status } = response
  const headers = Object.fromEntries(response.headers)
  if (response.body === null) return { status, headers, text: "" }
  if (!isStream(headers)) {
    const text = await response.text()
    return (status === 200 && text.includes(key) ? challengeOf(parsed(text)) : undefined) ?? { status, headers, text }
  }
  const stream = streamOf(response.body)
  if (!mayHold) return { status, headers, text: "", stream }
  const first = await stream.next()
  if (first !== undefined && Buffer.from(first).includes(marker)) {
    const challenge = challengeOf(messageOf(Buffer.from(first).toString()))
    if (challenge !== undefined) {
      stream.leave()
      return challenge
    }
  }
  return { status, headers, text: "", stream: after(first, stream) }
}

const isStream = (headers: Readonly<Record<string, string>>): boolean =>
  headers["content-type"]?.startsWith("text/event-stream") === true

const streamOf = (body: ReadableStream<Uint8Array>): Stream => {
  const reader = body.getReader()
  return {
    next: async () => {
      try {
        return (await reader.read()).value
      } catch {
        return undefined
      }
    },
    leave: () => void reader.cancel().catch(() => undefined)
  }
}

const after = (first: Uint8Array | undefined, stream: Stream): Stream => {
  let isFirst = true
  return {
    next: async () => {
      if (!isFirst) return stream.next()
      isFirst = false
      return first
    },
    leave: stream.leave
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the only event of a piece, if it is one. */
const messageOf = (piece: string): unknown => {
  const lines = piece.split("\n").filter((line) => line.startsWith("data: "))
  return lines.length === 1 ? parsed(lines[0]!.slice(6)) : undefined
}

/** Bytes that stand in a header as they are. */
const isHeaderText = (text: unknown): text is string =>
  typeof text === "string" && text.length <= 2_048 && /^[A-Za-z][\x20-\x7e]*$/.test(text)

/** Returns the reply with the status that the challenge asks for; undefined where there is none that fits into a header. */
const challengeOf = (message: unknown): Reply | undefined => {
  const result = (message as { readonly result?: { readonly _meta?: Readonly<Record<string, unknown>> } } | undefined)
    ?.result
  const told = result?._meta?.[key]
  const challenges = (Array.isArray(told) ? told : [told]).filter(isHeaderText)
  if (challenges.length === 0) return undefined
  const status = challenges.some((challenge) => /error="?insufficient_scope/i.test(challenge)) ? 403 : 401
  return jsonReply(status, message, { "www-authenticate": challenges.join(", ") })
}
