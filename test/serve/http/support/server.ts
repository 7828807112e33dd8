/** Serves a few tools over HTTP for a test, and keeps what the log says. */
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import { type Running, serve, type ServeSettings } from "@errata/mcp-adapter/http"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { onTestFinished } from "vitest"

/** The generations of the SDK. */
export const sdks = [1, 2] as const

export type Sdk = typeof sdks[number]

const ping = Tool.make("ping", { description: "Answers.", output: Schema.String, safety: "read" })

const hold = Tool.make("hold", { description: "Answers when it is let go.", output: Schema.String, safety: "read" })

const whoami = Tool.make("whoami", { description: "Tells who calls.", output: Schema.Unknown, safety: "read" })

const explode = Tool.make("explode", { description: "Dies.", safety: "read" })

const echo = Tool.make("echo", {
  description: "Repeats.",
  input: { text: Schema.String },
  output: Schema.String,
  safety: "read"
})

const count = Tool.make("count", { description: "Tells how far it is.", output: Schema.String, safety: "read" })

/** What is held at the moment, and what happened to it. */
export interface Held {
  /** Lets all that is held go. */
  readonly letGo: () => void
  /** Waits until so many calls are held. */
  readonly reached: (calls: number) => Promise<void>
  readonly started: () => number
  readonly interrupted: () => number
}

const makeHeld = () => {
  const gate = Deferred.makeUnsafe<void>()
  let started = 0
  let interrupted = 0
  const waiting: Array<() => void> = []
  const handled = Tool.handle(hold, () =>
    Effect.suspend(() => {
      started++
      for (const wake of waiting.splice(0)) wake()
      return Deferred.await(gate).pipe(
        Effect.as("let go"),
        Effect.onInterrupt(() =>
          Effect.sync(() => {
            interrupted++
            for (const wake of waiting.splice(0)) wake()
          })
        )
      )
    }))
  const until = async (isReached: () => boolean): Promise<void> => {
    while (!isReached()) await new Promise<void>((wake) => waiting.push(wake))
  }
  const held: Held & { readonly ended: (calls: number) => Promise<void> } = {
    letGo: () => Effect.runSync(Deferred.succeed(gate, undefined)),
    reached: (calls) => until(() => started >= calls),
    ended: (calls) => until(() => interrupted >= calls),
    started: () => started,
    interrupted: () => interrupted
  }
  return { handled, held }
}

/** The tools that are served. */
export const makeTools = () => {
  const { handled, held } = makeHeld()
  const tools = [
    Tool.handle(ping, () => Effect.succeed("pong")),
    handled,
    Tool.handle(whoami, () =>
      Effect.map(ToolCall, ({ principal }) =>
        Option.match(principal, {
          onNone: () => ({}),
          onSome: ({ clientId, extra, scopes }) => ({ clientId, scopes: [...scopes], extra: { ...extra } })
        }))),
    Tool.handle(explode, () => Effect.die(new Error("/srv/app/secret.ts sk_live_4eC39HqLyjWDarjtT1zdp7dc"))),
    Tool.handle(echo, ({ text }) => Effect.succeed(text)),
    Tool.handle(count, () =>
      Effect.as(
        Effect.flatMap(ToolCall, (call) => call.progress({ progress: 1, total: 2 })),
        "counted"
      ))
  ]
  return { held, tools }
}

/** A server that a test started. */
export interface Started extends Running {
  readonly held: ReturnType<typeof makeTools>["held"]
  readonly log: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** Starts a server that the end of the test closes. */
export const start = async (settings: ServeSettings = {}): Promise<Started> => {
  const { held, tools } = makeTools()
  const log: Array<Record<string, unknown>> = []
  const running = await serve({
    name: "test",
    version: "1.0.0",
    tools,
    ownsProcess: false,
    write: (line) => log.push(JSON.parse(line) as Record<string, unknown>),
    ...settings
  })
  onTestFinished(async () => {
    held.letGo()
    await running.close()
  })
  return { ...running, held, log }
}
