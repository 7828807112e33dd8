/** Tools that say one secret wherever a tool can say anything. */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

export const secret = "ghp_R4nd0mR4nd0mR4nd0mR4nd0mR4nd0mR4nd0"

/** The word shows that a channel was reached; the secret must not. */
export const said = `opening ${secret}`
export const place = `https://opening:${secret}@example.com/a`

const crash = (): Error =>
  Object.assign(new Error(said, { cause: new AggregateError([new Error(said)], said) }), {
    info: said,
    config: { headers: { authorization: secret } }
  })

class Leaky extends ToolError.Permanent<Leaky>()("Leaky", {
  text: Schema.String,
  list: Schema.Array(Schema.String)
}, { type: "conflict", message: (e) => `It says ${e.text}`, suggestion: (e) => `Do not use ${e.text}` }) {}

const define = { description: "d", errors: [Leaky, Errors.Unavailable, Errors.NotFound], safety: "read" } as const

const guided = (): Leaky =>
  ToolError.withGuidance(new Leaky({ text: said, list: [said], cause: crash() }), {
    similarMatches: [said],
    steps: [{ action: `Use ${said}`, parameters: { a: said }, description: said }]
  })

const fails = Tool.make("fails", define)
const dies = Tool.make("dies", define)
const tells = Tool.make("tells", {
  ...define,
  retry: RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 1 })
})
const batch = Tool.make("batch", {
  ...define,
  input: Schema.Struct({ places: Schema.Array(Schema.String) }),
  output: Batch.Report(Schema.String)
})

export const tools: ReadonlyArray<Tool.Handled> = [
  Tool.handle(fails, () => Effect.fail(guided())),
  Tool.handle(
    dies,
    () => Effect.die(crash()).pipe(Effect.withSpan("inner", { attributes: { note: said, password: secret } }))
  ),
  Tool.handle(tells, () =>
    Effect.gen(function*() {
      const call = yield* ToolCall
      yield* call.progress({ progress: 0.5, total: 1, message: said })
      yield* Effect.logError(said, { note: said, password: secret }, crash(), guided()).pipe(
        Effect.annotateLogs({ note: said })
      )
      return yield* Effect.fail(new Errors.Unavailable({ service: said }))
    })),
  Tool.handle(batch, ({ places }) =>
    Effect.andThen(
      ToolCall.use((call) =>
        call.attach({ type: "resource", resource: { uri: place, text: said, mimeType: "text/plain" } })
      ),
      Batch.forEach(places, (place) =>
        place.endsWith("b")
          ? Effect.die(crash())
          : Effect.fail(new Errors.Unavailable({ service: place })))
    ))
]

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
  readonly _meta?: { readonly progressToken?: unknown }
}

/** Existing code that tells of progress and writes to its client's log, then fails as it is asked to. */
export const existing = (way: "throws" | "returns" | "passes on") => async (_: unknown, context: unknown) => {
  const { _meta, mcpReq, sendNotification } = context as Context1
  const notify = sendNotification ?? mcpReq!.notify
  const data = { note: said, password: secret, deep: [{ text: said }] }
  await notify({ method: "notifications/message", params: { level: "error", logger: said, data } })
  await mcpReq?.log?.("error", data, said)
  const progressToken = _meta?.progressToken ?? (mcpReq as Context1 | undefined)?._meta?.progressToken
  await notify({ method: "notifications/progress", params: { progressToken, progress: 1, message: said } })
  if (way === "throws") throw crash()
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
