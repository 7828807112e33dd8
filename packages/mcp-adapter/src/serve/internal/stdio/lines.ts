/** Describes a line that was left out. */
export interface LeftOut {
  /** Counts its bytes, its end not included. */
  readonly bytes: number
  /** Holds the id of the request in it, if one can be read. */
  readonly id: string | number | undefined
}

/** Says how long a line may be, and who hears of lines. */
export interface LinesOptions {
  readonly maxBytes: number
  /** Takes a line, without its end. */
  readonly onLine: (line: string) => void
  /** Called once a line is too long, before it has ended. */
  readonly onTooLong: () => void
  /** Called when such a line has ended. */
  readonly onLeftOut: (line: LeftOut) => void
}

/** Says how much of either end of a line is kept to find its id. */
const edge = 1024

const newline = 10

/**
 * Cuts bytes into lines, and leaves out those that are too long, so that no client can end a server with one. Nothing that came is
 * held longer than its line.
 */
export const cutLines = ({ maxBytes, onLeftOut, onLine, onTooLong }: LinesOptions): (chunk: Buffer) => void => {
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

  /** Ends a line. */
  const end = (): void => {
    const pieces = held
    const left: LeftOut | undefined = isTooLong ? { bytes: length, id: idOf(head, tail.toString("utf8")) } : undefined
    held = []
    length = 0
    isTooLong = false
    if (left !== undefined) onLeftOut(left)
    else onLine((pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)).toString("utf8"))
  }

  return (chunk) => {
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, at))
      end()
      from = at + 1
    }
    if (from < chunk.length) take(chunk.subarray(from))
  }
}

/**
 * Reads the id of a request whose middle is not looked at. It is sure of it only where the id stands first, as the
 * specification writes it, or last, as the official clients do: one brace after it closes the whole message.
 */
const idOf = (head: string, tail: string): string | number | undefined => {
  const found = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*("[^"\\]*"|-?\d+)\s*,/.exec(head) ??
    /,\s*"id"\s*:\s*("[^"\\]*"|-?\d+)\s*\}\s*$/.exec(tail)
  return found === null ? undefined : JSON.parse(found[1]!) as string | number
}
