import { findProgram, freePort, type Running, startProgram, stopProgram } from "./binaries.ts"

/** A Redis on a loopback port. Durable: it appends and syncs every write. */
export const startRedis = async (folder: string, options: { readonly isDurable: boolean }): Promise<Running> => {
  const port = await freePort()
  const append = options.isDurable ? "yes" : "no"
  const settings = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: append, appendfsync: "always" }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const { child, exited } = await startProgram(findProgram("redis"), args, {
    ready: /Ready to accept connections/,
    cwd: folder
  })
  return { port, pid: child.pid!, exited, stop: () => stopProgram(child, exited, "SIGKILL") }
}
