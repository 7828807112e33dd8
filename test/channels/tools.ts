/** Tools that say what is asked of them wherever a tool can say anything. */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { type Said, saidAt } from "./texts.ts"

const crash = ({ secret, text }: Said): Error =>
  Object.assign(new Error(text, { cause: new AggregateError([new Error(text)], text) }), {
    info: text,
    config: { headers: { authorization: secret } }
  })

/** What the request asks to be said. */
const asked = Effect.map(ToolCall, (call) => saidAt(call.meta["at"]))

class Leaky extends ToolError.Permanent<Leaky>()("Leaky", {
  text: Schema.String,
  list: Schema.Array(Schema.String)
}, { type: "conflict", message: (e) => `It says ${e.text}`, suggestion: (e) => `Do not use ${e.text}` }) {}

const define = { description: "d", errors: [Leaky, Errors.Unavailable, Errors.NotFound], safety: "read" } as const

const guided = (said: Said): Leaky =>
  ToolError.withGuidance(new Leaky({ text: said.text, list: [said.text], cause: crash(said) }), {
    similarMatches: [said.text],
    steps: [{ action: `Use ${said.text}`, parameters: { a: said.text }, description: said.text }]
  })

const fails = Tool.make("fails", define)
const dies = Tool.make("dies", define)
const tells = Tool.make("tells", {
  ...define,
  retry: RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 1 })
})
const batch = Tool.make("batch", {
  ...define,
  input: { places: Schema.optionalKey(Schema.Array(Schema.String)) },
  output: Batch.Report(Schema.String)
})

export const tools: ReadonlyArray<Tool.Handled> = [
  Tool.handle(fails, () => Effect.flatMap(asked, (said) => Effect.fail(guided(said)))),
  Tool.handle(dies, () =>
    Effect.flatMap(asked, (said) =>
      Effect.die(crash(said)).pipe(
        Effect.withSpan("inner", { attributes: { note: said.text, password: said.secret } })
      ))),
  Tool.handle(tells, () =>
    Effect.gen(function*() {
      const call = yield* ToolCall
      const said = yield* asked
      yield* call.progress({ progress: 0.5, total: 1, message: said.text })
      yield* Effect.logError(said.text, { note: said.text, password: said.secret }, crash(said), guided(said)).pipe(
        Effect.annotateLogs({ note: said.text })
      )
      return yield* Effect.fail(new Errors.Unavailable({ service: said.text }))
    })),
  Tool.handle(batch, ({ places }) =>
    Effect.gen(function*() {
      const call = yield* ToolCall
      const said = yield* asked
      yield* call.attach({
        type: "resource",
        resource: { uri: said.place, text: said.text, mimeType: "text/plain" }
      })
      return yield* Batch.forEach(places ?? [said.place, said.text], (place) =>
        place.endsWith("b") ? Effect.die(crash(said)) : Effect.fail(new Errors.Unavailable({ service: place })))
    }))
]

const { place, text: said } = saidAt(undefined)

/** What the tools are called with, in their order. */
export const calls: ReadonlyArray<readonly [tool: string, args: object]> = [
  ["fails", {}],
  ["dies", {}],
  ["tells", {}],
  ["batch", { places: [place, `${place}/b`] }],
  ["fails", { [said]: 1 }],
  ["batch", { places: said }]
]

interface Context1 {
  readonly sendNotification?: (notification: object) => Promise<void>
  readonly mcpReq?: {
    readonly notify: (notification: object) => Promise<void>
    readonly log?: (level: string, data: unknown, logger?: string) => Promise<void>
  }
  readonly _meta?: Meta
}

interface Meta {
  readonly progressToken?: unknown
  readonly at?: unknown
}

/** Existing code that tells of progress and writes to its client's log, then fails as it is asked to. */
export const existing = (way: "throws" | "returns" | "passes on") => async (_: unknown, context: unknown) => {
  const { _meta, mcpReq, sendNotification } = context as Context1
  const notify = sendNotification ?? mcpReq!.notify
  const meta = _meta ?? (mcpReq as Context1 | undefined)?._meta
  const all = saidAt(meta?.at)
  const { place, secret, text: said } = all
  const data = { note: said, password: secret, deep: [{ text: said }] }
  await notify({ method: "notifications/message", params: { level: "error", logger: said, data } })
  await mcpReq?.log?.("error", data, said)
  await notify({
    method: "notifications/progress",
    params: { progressToken: meta?.progressToken, progress: 1, message: said }
  })
  if (way === "throws") throw crash(all)
  const content = [
    { type: "text", text: said },
    { type: "resource", resource: { uri: place, text: said, mimeType: "text/plain" } },
    { type: "resource_link", uri: place, name: said, description: said }
  ]
  if (way === "returns") return { isError: true, content, structuredContent: { note: said }, _meta: { note: said } }
  const problem = {
    error: "Leaky",
    type: "conflict",
    category: "permanent",
    message: said,
    suggestion: said,
    similar_matches: [said],
    details: { note: said },
    retry: { should_retry: false },
    reference_id: "0123abcd"
  }
  return { isError: true, content: [{ type: "text", text: said }], _meta: { "errata/problem": problem } }
}

export const ways = ["throws", "returns", "passes on"] as const
