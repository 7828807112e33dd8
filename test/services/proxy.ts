import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"

/** A way to a service that can be cut. */
export interface Proxy extends AsyncDisposable {
  readonly port: number
  /** Cuts what is connected; what connects later goes through. */
  readonly cut: () => void
  /** Lets nothing through any more, and cuts nothing: whoever asks waits. */
  readonly stall: () => void
  readonly resume: () => void
}

const destroyAll = (sockets: Set<Socket>): void => {
  for (const socket of sockets) socket.destroy()
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

/** Opens a way to a port of this machine. */
export const proxyTo = async (port: number): Promise<Proxy> => {
  const sockets = new Set<Socket>()
  let isStalled = false
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1")
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from)
      from.on("data", (chunk) => void to.write(chunk))
      from.on("error", () => undefined)
      from.on("close", () => {
        sockets.delete(from)
        to.destroy()
      })
      if (isStalled) from.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => destroyAll(sockets),
    stall: () => {
      isStalled = true
      for (const socket of sockets) socket.pause()
    },
    resume: () => {
      isStalled = false
      for (const socket of sockets) socket.resume()
    },
    [Symbol.asyncDispose]: () => {
      destroyAll(sockets)
      return closed(server)
    }
  }
}
