/**
 * Starts processes that run orders, asks them, and starts them again.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import type { Readable, Writable } from "node:stream"
import { fileURLToPath } from "node:url"

export interface Settings {
  readonly folder: string
  readonly engine:
    | { readonly kind: "sqlite"; readonly filename: string }
    | { readonly kind: "postgres"; readonly url: string; readonly port: number }
  /** The points at which a run kills its process. */
  readonly deadly: ReadonlyArray<string>
  /** The points at which a run waits until the test lets it go on. Default: none. */
  readonly holds?: ReadonlyArray<string> | undefined
  /** Lets a run sleep between two steps, and a step fail at first. Default: no. */
  readonly isRich?: boolean | undefined
  /** The milliseconds that each step takes. */
  readonly pause: number
  readonly takeOver: `${number} seconds`
}

export interface Answer {
  /** The text of the reply, without its reference. */
  readonly text: string
  /** The type of the problem, if it is one. */
  readonly type: string | undefined
}

export interface Worker {
  /** Calls the tool; `undefined`: the process died. */
  readonly call: (args: object) => Promise<string | undefined>
  /** Calls the tool, and tells what kind of answer it is. */
  readonly ask: (args: object) => Promise<Answer | undefined>
  readonly pid: number
  readonly signal: (name: "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGTERM") => void
  readonly ended: Promise<unknown>
  /** Ends it as a client does that goes away. */
  readonly close: () => Promise<void>
  readonly said: () => string
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

const running = new Set<Child>()
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")))

/** Starts a process, and waits until its engine runs. */
export const start = async (settings: Settings): Promise<Worker> => {
  const child = spawn(process.execPath, [
    fileURLToPath(new URL("worker.ts", import.meta.url)),
    JSON.stringify(settings)
  ], { stdio: ["pipe", "pipe", "pipe"] })
  running.add(child)
  let said = ""
  child.stderr.on("data", (chunk: Buffer) => said = `${said}${chunk.toString()}`.slice(-4_000))
  child.stdin.on("error", () => undefined)
  const waiting = new Map<number, (answer: Answer | undefined) => void>()
  let isGone = false
  const ended = once(child, "close").then(() => {
    isGone = true
    running.delete(child)
    for (const give of waiting.values()) give(undefined)
  })
  const ready = new Promise<void>((resolve) => {
    createInterface(child.stdout).on("line", (line) => {
      if (line === "ready") return resolve()
      if (!line.startsWith("{")) return
      const { id, ...answer } = JSON.parse(line) as Answer & { readonly id: number }
      waiting.get(id)?.(answer)
      waiting.delete(id)
    })
  })
  await Promise.race([ready, ended]) // work that was left may kill it before it says so
  let last = 0
  const ask: Worker["ask"] = (args) => {
    if (isGone) return Promise.resolve(undefined)
    const id = ++last
    return new Promise((resolve) => {
      waiting.set(id, resolve)
      child.stdin.write(`${JSON.stringify({ id, args })}\n`)
    })
  }
  return {
    ask,
    call: async (args) => (await ask(args))?.text,
    pid: child.pid!,
    signal: (name) => void child.kill(name),
    ended,
    close: async () => {
      child.stdin.end()
      await ended
    },
    said: () => said
  }
}

/** Says of an answer that the caller is to ask again. A process that was stopped in the middle of a call finds its time over. */
export const asksAgain = ({ type }: Answer): boolean =>
  type === "in_progress" || type === "unavailable" || type === "timeout"

/** Asks one process until it says how a run ended; `undefined`: it died. */
export const askUntilEnded = async (worker: Worker, args: object): Promise<Answer | undefined> => {
  for (;;) {
    const answer = await worker.ask(args)
    if (answer === undefined || !asksAgain(answer)) return answer
  }
}

/**
 * Calls a tool until a process answers, starting another one whenever it dies. `besides` is asked in each that follows: its answers
 * are returned, too.
 */
export const callUntilAnswered = async (settings: Settings, args: object, besides?: object): Promise<{
  readonly text: string
  readonly deaths: number
  readonly besides: ReadonlyArray<Answer>
}> => {
  const heard: Array<Answer | undefined> = []
  for (let deaths = 0; deaths < 30; deaths++) {
    const worker = await start(settings)
    const answering = askUntilEnded(worker, args)
    if (deaths > 0 && besides !== undefined) heard.push(await worker.ask(besides))
    const answer = await answering
    if (answer === undefined) continue
    await worker.close()
    return { text: answer.text, deaths, besides: heard.filter((answer) => answer !== undefined) }
  }
  throw new Error("It died thirty times")
}
