/**
 * Lets through lines up to a length, so that no client can end a server with one that is longer.
 *
 * The transport of SDK 1.x closes at a line beyond its buffer. Here the line is left out, what follows is read as if nothing
 * had happened, and whoever listens is told the id of the request where it can be found.
 */
import { Transform } from "node:stream"

/** A line that was left out. */
export interface LeftOut {
  /** Says how many bytes it had, its end not included. */
  readonly bytes: number
  /** The id of the request in it, if one can be read. */
  readonly id: string | number | undefined
}

/** Says how long a line may be, and who is told of longer ones. */
export interface Options {
  readonly maxBytes: number
  /** Called once a line is too long, before it has ended. */
  readonly onTooLong: () => void
  /** Called when such a line has ended. */
  readonly onLeftOut: (line: LeftOut) => void
  /** Called in the place of a request that no transport would read, and so no server would answer. */
  readonly onInvalid: (request: { readonly id: string | number; readonly why: string }) => void
}

/** Says how much of either end of a line is kept to find its id. */
const edge = 1024

const newline = 10

/** Makes a filter between a client and a transport. Nothing that came is held longer than its line. */
export const limitLines = ({ maxBytes, onInvalid, onLeftOut, onTooLong }: Options): Transform => {
  let held: Array<Buffer> = []
  let length = 0
  let head = ""
  let tail: Buffer = Buffer.alloc(0)
  let isTooLong = false

  /** Takes a piece of a line that has not ended. */
  const take = (piece: Buffer): void => {
    length += piece.length
    if (!isTooLong && length > maxBytes) {
      isTooLong = true
      head = Buffer.concat([...held, piece].slice(0, 2)).toString("utf8", 0, edge)
      tail = Buffer.concat(held.slice(-1))
      held = []
      onTooLong()
    }
    if (isTooLong) tail = Buffer.concat([tail, piece].map((bytes) => bytes.subarray(-edge))).subarray(-edge)
    else held.push(piece)
  }

  /** Ends a line and returns it, unless it is left out. */
  const end = (): ReadonlyArray<Buffer> => {
    const invalid = isTooLong || length > mostChecked ? undefined : invalidRequest(Buffer.concat(held).toString("utf8"))
    const line = isTooLong || invalid !== undefined ? [] : [...held, ending]
    if (isTooLong) onLeftOut({ bytes: length, id: idOf(head, tail.toString("utf8")) })
    if (invalid !== undefined) onInvalid(invalid)
    held = []
    length = 0
    isTooLong = false
    return line
  }

  return new Transform({
    transform(chunk: Buffer, _, done) {
      const lines: Array<Buffer> = []
      let from = 0
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
        take(chunk.subarray(from, at))
        lines.push(...end())
        from = at + 1
      }
      if (from < chunk.length) take(chunk.subarray(from))
      done(null, Buffer.concat(lines))
    }
  })
}

/** A longer request is believed: what is wrong with one is seen in short ones. */
const mostChecked = 65_536

/** What is wrong with a request whose id can be read; `undefined` for all else. */
const invalidRequest = (line: string): { readonly id: string | number; readonly why: string } | undefined => {
  let message: unknown
  try {
    message = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!isRecord(message) || !("method" in message)) return undefined
  const { id, jsonrpc, method, params } = message
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return undefined
  const why = jsonrpc !== "2.0"
    ? `"jsonrpc" must be "2.0"`
    : typeof method !== "string"
    ? `"method" must be a string`
    : params !== undefined && !isRecord(params)
    ? `"params" must be an object`
    : undefined
  return why === undefined ? undefined : { id: id as string | number, why }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const ending = Buffer.from("\n")

/**
 * Reads the id of a request whose middle is not looked at. It is sure of it only where the id stands first, as the
 * specification writes it, or last, as the official clients do: one brace after it closes the whole message.
 */
const idOf = (head: string, tail: string): string | number | undefined => {
  const found = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*("[^"\\]*"|-?\d+)\s*,/.exec(head) ??
    /,\s*"id"\s*:\s*("[^"\\]*"|-?\d+)\s*\}\s*$/.exec(tail)
  return found === null ? undefined : JSON.parse(found[1]!) as string | number
}
