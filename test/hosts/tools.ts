/** The tools that every host serves in the contract suite, and the calls that are compared. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const outcomes = [
  "success",
  "permanent",
  "transient",
  "hint",
  "defect",
  "throw",
  "interrupt",
  "timeout",
  "attach"
] as const

const probe = Tool.define("probe", {
  description: "Ends as it is told.",
  input: Schema.Struct({ outcome: Schema.Literals(outcomes), note: Schema.optionalKey(Schema.String) }),
  output: Schema.Struct({ ok: Schema.Boolean, note: Schema.optionalKey(Schema.String) }),
  errors: [Errors.NotFound, Errors.Unavailable],
  safety: "idempotent",
  timeout: "50 millis"
})

const once = Tool.define("once", {
  description: "May take effect once.",
  output: Schema.String,
  errors: [Errors.Unavailable, Errors.RateLimited],
  input: Schema.Struct({ isHarmless: Schema.Boolean })
})

const nothing = Tool.define("nothing", { description: "Returns nothing.", safety: "read" })
const number = Tool.define("number", { description: "Returns a number.", output: Schema.Finite, safety: "read" })

export const tools = [
  Tool.handle(probe, ({ note, outcome }) =>
    Effect.gen(function*() {
      switch (outcome) {
        case "success":
          return { ok: true, ...note === undefined ? {} : { note } }
        case "attach":
          yield* (yield* ToolCall).attach({ type: "text", text: "and a note" })
          return { ok: true }
        case "permanent":
          return yield* ToolError.withGuidance(new Errors.NotFound({ resource: "Page", id: "7" }), {
            suggestion: "Look at the index",
            similarMatches: ["70", "71"],
            steps: [Tool.step(probe, { outcome: "success" }, { action: "Try another" })]
          })
        case "transient":
          return yield* new Errors.Unavailable({ service: "The press" })
        case "hint":
          return yield* new Errors.Unavailable({ service: "The press", retry_after_seconds: 30 })
        case "defect":
          return yield* Effect.die(new Error("password=hunter2"))
        case "throw":
          throw new Error("postgres://admin:hunter2@db/main")
        case "interrupt":
          return yield* Effect.interrupt
        case "timeout":
          return yield* Effect.never
      }
    })),
  Tool.handle(once, ({ isHarmless }) =>
    isHarmless
      ? Effect.fail(new Errors.RateLimited({ service: "The press", retry_after_seconds: 3 }))
      : Effect.fail(new Errors.Unavailable({ service: "The press" }))),
  Tool.handle(nothing, () => Effect.void),
  Tool.handle(number, () => Effect.succeed(42))
]

/** A call, with a name for the test. */
export const calls: ReadonlyArray<readonly [title: string, tool: string, args: Record<string, unknown>]> = [
  ...outcomes.map((outcome) => [outcome, "probe", { outcome }] as const),
  ["an optional argument", "probe", { outcome: "success", note: "ünïcode \u2028 line" }],
  ["several invalid arguments", "probe", { outcom: "success", note: 3, outcome: "sucess" }],
  ["missing arguments", "probe", {}],
  ["what may have taken effect", "once", { isHarmless: false }],
  ["what cannot have taken effect", "once", { isHarmless: true }],
  ["no output", "nothing", {}],
  ["an output that is no object", "number", {}]
]
