/**
 * Models one conversion child: a process that does one job at a time.
 *
 * A child is worth keeping while it has answered whatever it was given; a job that was interrupted leaves it busy with
 * unwanted work, and all that helps is to kill it.
 *
 * **Details**
 *
 * - It has no environment variables, so no secrets, and under Node's permission model it reads the code and the
 *   workspaces, writes the workspaces, and starts no program.
 * - It keeps the server alive only while a job runs, and ends when its channel closes: a server that is killed leaves
 *   no child behind.
 * - What it prints goes nowhere near stdout; the last of it, which is what V8 says before it gives up, is kept as the
 *   cause of its loss.
 */
import * as Effect from "effect/Effect"
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { ChildLost, SourceCorrupted, SourceTooLarge, SourceUnsupported } from "./ConversionError.ts"
import * as memory from "./memory.ts"
import { permissions } from "./permissions.ts"
import type { Charge, Job, Message, Milestone, Refusal, Results } from "./protocol.ts"

/** Describes what a job given to a child can fail with. */
export type JobError = SourceCorrupted | SourceUnsupported | SourceTooLarge | ChildLost

/** What the child is heard saying before the job is done. */
export interface Listener {
  readonly onBegun: () => void
  readonly onMilestone: (milestone: Milestone) => void
}

/** One conversion child. */
export interface ConversionChild {
  readonly pid: number | undefined
  /** Runs one job. Must not be called while `isIdle` is false. */
  readonly run: <J extends Job>(job: J, listener: Listener) => Effect.Effect<Results[J["kind"]], JobError>
  /** Tests whether the process lives and has nothing to do. */
  readonly isIdle: () => boolean
  /** Says how many megabytes it uses, where that can be seen. */
  readonly residentMegabytes: () => number | undefined
  /** Kills the process, whatever it does, and returns when it is gone. */
  readonly kill: Effect.Effect<void>
}

/** Says how to start a child. */
export interface Options {
  readonly script: URL
  readonly charge: Charge
  /** The folder that the child may read and write. */
  readonly workspaces: string
  /** Called once, when the process is gone for whatever reason. */
  readonly onExit: (child: ConversionChild) => void
}

/** Buffers are not on the heap, so the heap's bound leaves room below the bound of the whole. */
const heapShare = 0.75

const start = ({ charge, script, workspaces }: Options): ChildProcess =>
  fork(fileURLToPath(script), [JSON.stringify(charge)], {
    env: {},
    execArgv: [
      `--max-old-space-size=${Math.ceil(charge.maxMegabytes * heapShare)}`,
      ...permissions(script, workspaces)
    ],
    stdio: ["ignore", "pipe", "pipe", "ipc"]
  })

/** Starts a child. It needs no waiting: a job given at once is begun as soon as the process is up. */
export const startUnsafe = (options: Options): ConversionChild => {
  const child = start(options)
  const lastWords = listen(child)
  const { maxMegabytes } = options.charge
  let state: "idle" | "busy" | "gone" = "idle"
  let isKilled = false
  let lost = new ChildLost({ reason: "crashed", maxMegabytes })
  unref(child)
  const gone = new Promise<void>((resolve) => {
    const end = (cause: string, reason: ChildLost["reason"]): void => {
      if (state === "gone") return
      state = "gone"
      lost = new ChildLost({ reason, maxMegabytes, cause: `${cause} ${lastWords()}`.trim() })
      resolve()
      options.onExit(self)
    }
    child.once("error", (error) => end(error.message, "crashed")) // it could not be started
    child.once(
      "exit",
      (code, signal) =>
        end(
          `The process ended with ${signal ?? code}.`,
          ranOutOfMemory(signal, isKilled, lastWords()) ? "out_of_memory" : "crashed"
        )
    )
  })

  const self: ConversionChild = {
    pid: child.pid,
    isIdle: () => state === "idle",
    residentMegabytes: () => child.pid === undefined ? undefined : memory.residentMegabytes(child.pid),
    kill: Effect.promise(() => {
      isKilled = true
      child.kill("SIGKILL")
      return gone
    }),
    run: <J extends Job>(job: J, listener: Listener) =>
      Effect.callback<Results[J["kind"]], JobError>((resume) => {
        const settle = (result: Effect.Effect<unknown, JobError>): void => {
          child.off("message", onMessage)
          unref(child)
          resume(result as Effect.Effect<Results[J["kind"]], JobError>)
        }
        const onMessage = (message: Message): void => {
          if (message._tag === "Begun") return listener.onBegun()
          if (message._tag === "Milestone") return listener.onMilestone(message.milestone)
          state = "idle"
          settle(toResult(job, message, maxMegabytes))
        }
        if (state === "gone") return resume(Effect.fail(lost))
        state = "busy"
        child.on("message", onMessage)
        void gone.then(() => settle(Effect.fail(lost)))
        child.ref()
        child.channel?.ref()
        child.send(job, () => undefined) // a channel that is closed belongs to a child that ends
        return Effect.sync(() => {
          child.off("message", onMessage)
          unref(child)
        })
      })
  }
  return self
}

const unref = (child: ChildProcess): void => {
  child.unref()
  child.channel?.unref()
}

const keptOutput = 4_000

/** Reads what a child prints, so that it never waits for a reader, and returns a way to the last of it. */
const listen = (child: ChildProcess): () => string => {
  let last = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      last = `${last}${text}`.slice(-keptOutput)
    })
    stream?.on("error", () => undefined)
    if (stream !== null && "unref" in stream && typeof stream.unref === "function") stream.unref()
  }
  return () => last.trim()
}

/** V8 says so before it aborts; a `SIGKILL` that was not ours came from the kernel or from the child's own watchdog. */
const ranOutOfMemory = (signal: NodeJS.Signals | null, isKilled: boolean, output: string): boolean =>
  /heap out of memory|Allocation failed/.test(output) || signal === "SIGKILL" && !isKilled

type Outcome = Exclude<Message, { readonly _tag: "Begun" | "Milestone" }>

const toResult = (job: Job, message: Outcome, maxMegabytes: number): Effect.Effect<unknown, JobError> => {
  switch (message._tag) {
    case "Done":
      return Effect.succeed(message.result)
    case "Refused":
      return Effect.fail(refused(job, message.refusal))
    case "OutOfMemory":
      return Effect.fail(new ChildLost({ reason: "out_of_memory", maxMegabytes }))
    case "Defect":
      return Effect.die(Object.assign(new Error(message.message), { name: message.name, stack: message.stack }))
  }
}

const refused = ({ from: format }: Job, refusal: Refusal): JobError => {
  switch (refusal._tag) {
    case "SourceCorrupted":
      return new SourceCorrupted({ format, reason: refusal.reason })
    case "SourceUnsupported":
      return new SourceUnsupported({ format, reason: refusal.reason, advice: refusal.advice })
    case "SourceTooLarge":
      return new SourceTooLarge({ format, limit: refusal.limit, unit: refusal.unit, advice: refusal.advice })
  }
}
