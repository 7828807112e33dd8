/**
 * Models one conversion thread.
 *
 * A thread does one job at a time. It is worth keeping while it has answered whatever it was given; a job that was
 * interrupted leaves it busy with work nobody wants, and all that helps is to terminate it.
 *
 * **Details**
 *
 * A thread has no environment variables, so no secrets. It keeps the process alive only while a job runs.
 */
import * as Effect from "effect/Effect"
import { Worker } from "node:worker_threads"
import { SourceCorrupted, SourceTooLarge, WorkerLost } from "./ConversionError.ts"
import type { Job, Reply } from "./worker.ts"

/** One conversion thread. */
export interface ConversionWorker {
  /** Runs one job. Must not be called while `isIdle` is false. */
  readonly convert: (job: Job) => Effect.Effect<string, SourceCorrupted | SourceTooLarge | WorkerLost>
  /** Whether the thread lives and has nothing to do. */
  readonly isIdle: () => boolean
  /** Ends the thread, whatever it does, and returns when it is gone. */
  readonly terminate: Effect.Effect<void>
}

/** How to start a thread. */
export interface Options {
  readonly script: URL
  readonly maxHeapMegabytes: number
  /** Called once, when the thread is gone for whatever reason. */
  readonly onExit: (worker: ConversionWorker) => void
}

/** Starts a thread. It needs no waiting: a job given at once is done as soon as the thread is up. */
export const startUnsafe = (options: Options): ConversionWorker => {
  const thread = new Worker(options.script, {
    name: "conversion",
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMegabytes }
  })
  let state: "idle" | "busy" | "gone" = "idle"
  let failure: unknown
  thread.unref()
  thread.on("error", (error) => {
    failure = error
  })
  thread.once("exit", () => {
    state = "gone"
    options.onExit(self)
  })

  const self: ConversionWorker = {
    isIdle: () => state === "idle",
    terminate: Effect.promise(() => thread.terminate()),
    convert: (job) =>
      Effect.callback((resume) => {
        const settle = (result: Effect.Effect<string, SourceCorrupted | SourceTooLarge | WorkerLost>): void => {
          forget()
          resume(result)
        }
        const onReply = (reply: Reply): void => {
          state = "idle"
          settle(fromReply(job, reply))
        }
        const onExit = (): void => settle(Effect.fail(lost(failure)))
        const forget = (): void => {
          thread.off("message", onReply)
          thread.off("exit", onExit)
          thread.unref()
        }
        if (state === "gone") return resume(Effect.fail(lost(failure)))
        state = "busy"
        thread.on("message", onReply)
        thread.on("exit", onExit)
        thread.ref()
        // A copy of exactly these bytes: the caller's are not detached, and a slice of a larger buffer stays a slice.
        const source = new Uint8Array(job.source)
        thread.postMessage({ ...job, source } satisfies Job, [source.buffer])
        return Effect.sync(forget)
      })
  }
  return self
}

const fromReply = (job: Job, reply: Reply): Effect.Effect<string, SourceCorrupted | SourceTooLarge> => {
  switch (reply._tag) {
    case "Converted":
      return Effect.succeed(reply.output)
    case "SourceCorrupted":
      return Effect.fail(new SourceCorrupted({ format: job.from, reason: reply.reason }))
    case "SourceTooLarge":
      return Effect.fail(new SourceTooLarge({ format: job.from, reason: reply.reason }))
    case "Defect":
      return Effect.die(reply.error)
  }
}

const lost = (cause: unknown): WorkerLost => {
  const isOutOfMemory = cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY"
  return new WorkerLost({ reason: isOutOfMemory ? "out_of_memory" : "crashed", cause })
}
