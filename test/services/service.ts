import { type ChildProcessByStdio, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Readable, Writable } from "node:stream"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { missingFor, type ServiceName } from "./internal/binaries.ts"

/** A service that runs for one file of tests. */
export interface Service {
  readonly port: number
  /** The process of the service itself, for tests that pause it. */
  readonly pid: number
  /** Stops PostgreSQL as a crash does: it writes nothing more, and cuts everybody off. */
  readonly crash: () => Promise<void>
  /** Starts it again, on what it had written down and on its port. */
  readonly startAgain: () => Promise<void>
}

type Keeper = ChildProcessByStdio<Writable, Readable, null>

const stop = async (keeper: Keeper): Promise<void> => {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return
  keeper.stdin.end()
  await once(keeper, "exit")
}

const start = async (name: ServiceName): Promise<{ readonly running: Service; readonly keeper: Keeper }> => {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, "keeper.ts"), name], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  const lines = createInterface(keeper.stdout)[Symbol.asyncIterator]()
  const next = async (): Promise<Pick<Service, "port" | "pid">> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`${name} did not start`)
    return JSON.parse(line.value) as Pick<Service, "port" | "pid">
  }
  let current = await next()
  const tell = async (what: "stop" | "start"): Promise<void> => {
    keeper.stdin.write(`${what}\n`)
    current = await next()
  }
  const running: Service = {
    get port() {
      return current.port
    },
    get pid() {
      return current.pid
    },
    crash: () => tell("stop"),
    startAgain: () => tell("start")
  }
  return { keeper, running }
}

/**
 * Describes tests that need a service, which runs for them alone and is stopped after them.
 *
 * Where it is not installed these tests fail under `CI`. Elsewhere they are skipped, with a line that says what is missing.
 */
export const describeWith = (name: ServiceName, title: string, body: (current: () => Service) => void): void => {
  const missing = missingFor(name)
  if (missing !== undefined) {
    const sentence = `${missing}, so "${title}" cannot run.`
    if (process.env["CI"] === undefined) console.error(`SKIPPED: ${sentence}`)
    else it(title, () => expect.fail(sentence))
  }
  describe.skipIf(missing !== undefined)(title, () => {
    let started: Awaited<ReturnType<typeof start>> | undefined
    beforeAll(async () => {
      started = await start(name)
    })
    afterAll(() => started && stop(started.keeper))
    body(() => {
      if (started === undefined) throw new Error(`${name} is used before it runs`)
      return started.running
    })
  })
}
