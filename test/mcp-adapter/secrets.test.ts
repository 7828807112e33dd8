import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { all, secretNames } from "../core/support/secrets.ts"
import { bind, recorder } from "./support/harness.ts"

class Leaky extends ToolError.Permanent<Leaky>()("Leaky", {
  text: Schema.String,
  list: Schema.Array(Schema.String),
  deep: Schema.Record(Schema.String, Schema.String),
  any: Schema.optionalKey(Schema.Unknown)
}, {
  type: "conflict",
  message: (e) => `It says ${e.text}`,
  suggestion: (e) => `Do not use ${e.text}`,
  issues: (
    e
  ) => [{
    path: ["a", e.text],
    message: `Not ${e.text}`,
    expected: e.text,
    received: JSON.stringify(e.text),
    examples: [e.text]
  }]
}) {}

const input = Schema.Struct({ given: Schema.optionalKey(Schema.String), n: Schema.optionalKey(Schema.Finite) })
const tool = Tool.make("leak", {
  description: "d",
  input,
  output: Schema.Struct({ ok: Schema.Boolean }),
  errors: [Leaky, Errors.NotFound],
  safety: "read"
})

/** Everything that leaves: the reply and all log lines. */
const everything = (
  handler: (text: string) => Effect.Effect<{ readonly ok: boolean }, Leaky | Errors.NotFound>,
  args: unknown,
  text: string
) =>
  Effect.gen(function*() {
    const log = recorder()
    const call = yield* bind(Tool.handle(tool, () => handler(text)), { isDebugging: true }).pipe(
      Effect.provide(log.layer)
    )
    const result = yield* call(args).reply
    expect(log.lines.length).toBeGreaterThan(0)
    return JSON.stringify(result) + log.raw.join("\n")
  })

const guided = (text: string) =>
  ToolError.withGuidance(
    new Leaky({
      text,
      list: [text],
      deep: { [text]: text, note: text },
      any: { x: [text] },
      cause: new Error(text, { cause: text })
    }),
    {
      suggestion: `Try ${text}`,
      similarMatches: [text],
      steps: [{
        action: `Use ${text}`,
        tool: text,
        parameters: { a: text, [text]: 1 },
        fill: [text],
        description: text,
        options: [{ action: text, parameters: { a: [text] } }]
      }]
    }
  )

const crash = (text: string): Error =>
  Object.assign(new Error(`crashed on ${text}`, { cause: new AggregateError([new Error(text)], text) }), {
    info: text,
    name: `E ${text}`
  })

const places: Readonly<
  Record<string, (text: string) => Effect.Effect<{ readonly ok: boolean }, Leaky | Errors.NotFound>>
> = {
  "an error, its guidance, its cause": (text) => Effect.fail(guided(text)),
  "an error without guidance": (text) => Effect.fail(new Leaky({ text, list: [], deep: {} })),
  "a defect": (text) => Effect.die(crash(text)),
  "a defect that is a string": (text) => Effect.die(text),
  "a defect that is an object": (text) => Effect.die({ text, nested: { text } }),
  "a failure with a dying finalizer": (text) =>
    Effect.fail(guided(text)).pipe(Effect.ensuring(Effect.die(crash(text)))),
  "the log": (text) =>
    Effect.logInfo(
      text,
      { text, list: [text], [text]: text },
      new Error(text),
      guided(text),
      [text],
      new Map([[text, text]])
    ).pipe(
      Effect.andThen(Effect.logError("cause", new Error(text))),
      Effect.andThen(Effect.logError({ error: guided(text), toJSON: () => text })),
      Effect.annotateLogs({ given: text, [text]: text }),
      Effect.as({ ok: true })
    ),
  "a span": (text) => Effect.die(crash(text)).pipe(Effect.withSpan(`span ${text}`, { attributes: { text } }))
}

describe("no secret of the corpus leaves, in reply or log, while debugging too", () => {
  it.effect.each(Object.entries(places).map(([place, handler]) => ({ place, handler })))(
    "through $place",
    ({ handler }) =>
      Effect.gen(function*() {
        for (const { name, secret, text } of all) {
          const left = yield* everything(handler, {}, text)
          const found = left.includes(secret) || left.includes(JSON.stringify(secret).slice(1, -1))
          expect(found ? `${name} in ${left}` : "").toBe("")
        }
      })
  )

  it.effect("through the arguments: their preview, the issues, unknown names", () =>
    Effect.gen(function*() {
      for (const { name, secret, text } of all) {
        for (
          const args of [{ given: text }, { n: text }, { [text]: 1 }, { unknown: text }, text, [text], {
            n: { deep: [text] }
          }]
        ) {
          const left = yield* everything(() => Effect.succeed({ ok: true }), args, text)
          const found = left.includes(secret) || left.includes(JSON.stringify(secret).slice(1, -1))
          expect(found ? `${name} in ${left}` : "").toBe("")
        }
      }
    }))

  it.effect.each(secretNames.map((name) => ({ name })))("under the name $name", ({ name }) =>
    Effect.gen(function*() {
      const value = "HUSH-HUSH"
      const error = new Leaky({ text: "x", list: [], deep: { [name]: value }, any: { a: { [name]: value } } })
      const left = [
        yield* everything(() => Effect.fail(error), {}, ""),
        yield* everything(() => Effect.succeed({ ok: true }), { [name]: value, n: { [name]: value } }, ""),
        yield* everything(
          () =>
            Effect.logInfo("x", { [name]: value, deep: [{ [name]: value }] }).pipe(
              Effect.annotateLogs(name, value),
              Effect.as({ ok: true })
            ),
          {},
          ""
        )
      ]
      expect(left.join("\n")).not.toContain(value)
    }))
})
