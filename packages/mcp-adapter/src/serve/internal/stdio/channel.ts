import type { Readable, Writable } from "node:stream"

/** Describes the two ends of the pipe to a client. */
export interface Channel {
  /** Takes what the client sends. */
  readonly read: (take: (chunk: Buffer) => void) => void
  /** Takes no more. */
  readonly stopReading: () => void
  /** Sends text; settles when there is room for more. Never rejects: a client that is gone is told by `onGone`. */
  readonly write: (text: string) => Promise<void>
  /** Tests whether the client is far behind with reading. */
  readonly isBehind: () => boolean
  /** Settles when all that was written has left the process. */
  readonly flushed: () => Promise<void>
}

/** Says how a channel is made. */
export interface ChannelOptions {
  readonly input: Readable
  /** The stream, whose `write` may have been replaced, and what writes to it all the same. */
  readonly output: { readonly stream: Writable; readonly write: Writable["write"] }
  /** Says how many bytes the client may leave unread before nothing more is read of what it sends. */
  readonly maxUnread: number
  /** Called when the client sends no more; tells how many bytes of a line without an end came last. */
  readonly onEnd: (rest: number) => void
  /** Called when the client is gone. */
  readonly onGone: () => void
}

const done = Promise.resolve()

interface Room {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

const makeRoom = (): Room => {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** Opens the channel to the client. A client that does not read gets nothing to do either: what it sends is not read. */
export const openChannel = (options: ChannelOptions): Channel => {
  const { input, onEnd, output } = options
  let isStopped = false
  let listener: ((chunk: Buffer) => void) | undefined
  const rest = restOfLine()
  const outgoing = openOutput(options, () => {
    if (!isStopped) input.resume()
  })
  input.on("error", outgoing.gone)
  input.once("end", () => onEnd(rest.bytes()))
  return {
    read: (take) => {
      listener = (chunk) => {
        rest.take(chunk)
        take(chunk)
      }
      input.on("data", listener)
    },
    stopReading: () => {
      isStopped = true
      if (listener !== undefined) input.off("data", listener)
      input.pause()
    },
    isBehind: outgoing.isBehind,
    write: (text) => {
      const room = outgoing.write(text)
      if (room !== done && outgoing.isBehind()) input.pause()
      return room
    },
    flushed: () =>
      outgoing.isGone() ? done : new Promise((resolve) => {
        output.write("", () => resolve())
      })
  }
}

const openOutput = ({ maxUnread, onGone, output }: ChannelOptions, onRoom: () => void) => {
  const { stream } = output
  let isGone = false
  let room: Room | undefined
  const makeWay = (): void => {
    room?.resolve()
    room = undefined
    onRoom()
  }
  const gone = (): void => {
    if (isGone) return
    isGone = true
    makeWay()
    onGone()
  }
  stream.on("drain", makeWay)
  stream.on("error", gone) // stays: an error without a listener would end the process
  return {
    gone,
    isGone: () => isGone,
    isBehind: () => stream.writableLength > maxUnread,
    write: (text: string): Promise<void> => isGone || output.write(text) ? done : (room ??= makeRoom()).promise
  }
}

/** Counts the bytes that came after the last end of a line. */
const restOfLine = () => {
  let bytes = 0
  return {
    bytes: () => bytes,
    take: (chunk: Buffer): void => {
      const last = chunk.lastIndexOf(10)
      bytes = last < 0 ? bytes + chunk.length : chunk.length - last - 1
    }
  }
}
