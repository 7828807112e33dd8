/**
 * Starts a conformance server as a process of its own, on a port of its choice.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { soon } from "../wire/Wait.ts"

/** A server that runs. */
export interface HttpServer {
  readonly url: string
  readonly stop: () => Promise<void>
}

const running = new Set<ChildProcess>()
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")))

/** Starts `main-<name>.ts` and waits for its address. */
export const start = async (name: "sdk" | "server"): Promise<HttpServer> => {
  const entry = fileURLToPath(import.meta.resolve(`@errata/examples/conformance/main-${name}`))
  const child = spawn(process.execPath, [entry, "--port", "0"], { stdio: ["ignore", "ignore", "pipe"] })
  running.add(child)
  const gone = once(child, "exit").then(() => running.delete(child))
  const log: Array<string> = []
  const listening = Promise.withResolvers<string>()
  const timer = setTimeout(() => child.kill("SIGKILL"), soon)
  createInterface({ input: child.stderr }).on("line", (line) => {
    log.push(line)
    const url = /"url":"([^"]+)"/.exec(line)?.[1]
    if (url !== undefined) listening.resolve(url)
  })
  void gone.then(() => listening.reject(new Error(`main-${name}.ts ended:\n${log.slice(-10).join("\n")}`)))
  try {
    const url = await listening.promise
    return {
      url,
      stop: async () => {
        const timer = setTimeout(() => child.kill("SIGKILL"), soon)
        child.kill("SIGTERM")
        await gone
        clearTimeout(timer)
        if (child.exitCode !== 0) throw new Error(`main-${name}.ts ended with ${child.exitCode ?? child.signalCode}`)
      }
    }
  } finally {
    clearTimeout(timer)
  }
}
