/** A server that runs as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"
import { soon } from "../../../wire/Wait.ts"

type Line = Readonly<Record<string, unknown>>

/** A process that listens. */
export interface Process {
  readonly url: string
  readonly child: ChildProcess
  readonly log: ReadonlyArray<Line>
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

const running = new Set<ChildProcess>()
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")))

/** Starts a script, and waits until it listens. */
export const startProcess = async (
  script: string,
  args: ReadonlyArray<string> = [],
  env: Readonly<Record<string, string>> = {}
): Promise<Process> => {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "inherit", "pipe"],
    env: { ...process.env, ...env }
  })
  running.add(child)
  const ended = once(child, "close").then(([code, signal]) => {
    running.delete(child)
    return (code ?? signal) as number | string
  })
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await ended
  })
  const log: Array<Line> = []
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), soon)
    createInterface({ input: child.stderr! }).on("line", (text) => {
      if (text.startsWith("Waiting for the debugger")) return // Node's own, when a watchdog ends the process
      const line = JSON.parse(text) as Line
      log.push(line)
      if (line["message"] !== "listening") return
      clearTimeout(timer)
      resolve(String(line["url"]))
    })
    void ended.then((code) => reject(new Error(`it ended with ${code}: ${JSON.stringify(log)}`)))
  })
  return { url, child, log, ended }
}

/** Starts the fixture with settings. */
export const startFixture = (settings: object = {}, env: Readonly<Record<string, string>> = {}): Promise<Process> =>
  startProcess(fileURLToPath(new URL("../fixtures/server.ts", import.meta.url)), [JSON.stringify(settings)], env)
