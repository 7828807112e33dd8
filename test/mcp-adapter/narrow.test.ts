/** Narrow places of the fold and of the kernel, which changed code passed unnoticed. */
import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import { type Progress, ToolCall } from "@errata/core/ToolCall"
import * as Fold from "@errata/mcp-adapter/Fold"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ErrorReporter from "effect/ErrorReporter"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { bind, recorder } from "./support/harness.ts"

const retriedOf = (attempts: number): RetryPolicy.Outcome =>
  ({ attempts, maxAttempts: attempts, stopped: "exhausted" }) as never

const marked = (cause: Cause.Cause<unknown>, attempts: number) =>
  Cause.annotate(cause, Context.make(RetryPolicy.Outcome, retriedOf(attempts)))

describe("the fold", () => {
  it("tells what the policy of the told failure did, not that of another", () => {
    const { reasons } = marked(Cause.fail(new Errors.NotFound({ resource: "x" })), 4)
    const first = marked(Cause.interrupt(1), 2)
    const cause = Cause.fromReasons([...first.reasons, ...reasons])
    expect(Fold.outcome(Exit.failCause(cause), undefined)).toMatchObject({ _tag: "Failure", retried: { attempts: 4 } })
  })

  it("keeps beside a masked defect what a policy did", () => {
    const { problem } = Fold.masked("5f3c9a1e" as never, undefined, undefined, { attempts: 3, maxAttempts: 4 })
    expect(problem.retry).toMatchObject({ attempts_made: 3, max_attempts: 4 })
  })
})

const image = (data: string) => ({ type: "image", data, mimeType: "image/png" }) as const

describe("blocks that a handler attaches", () => {
  const tool = Tool.make("draw", { description: "d", errors: [Errors.NotFound], safety: "read" })
  const attaching = (block: never, then: Effect.Effect<void, Errors.NotFound> = Effect.void) =>
    Effect.gen(function*() {
      const draw = Tool.handle(tool, () => Effect.andThen(ToolCall.use((call) => call.attach(block)), then))
      const call = yield* bind(draw).pipe(Effect.provide(recorder().layer))
      return yield* call({}).reply
    })

  it.effect.each(["aGVsbG8h", "aGVsbG8", "aGVsbA==", "aGVs bA==\n", ""])(
    "take base64 as clients do: %j",
    (data) =>
      Effect.gen(function*() {
        const result = yield* attaching(image(data) as never)
        expect(result.isError).not.toBe(true)
        expect(result.content).toContainEqual(image(data))
      })
  )

  it.effect.each(["a", "aGVsb", "aGVsbA=", "=aGV", "aGV~"])(
    "refuse what is no base64: %j",
    (data) =>
      Effect.gen(function*() {
        expect((yield* attaching(image(data) as never)).isError).toBe(true)
      })
  )
})

describe("a failure that was returned with a resource", () => {
  const reply = (resource: object) =>
    wrapHandler(
      (_args: object) =>
        ({ isError: true, content: [{ type: "text", text: "It failed" }, { type: "resource", resource }] }) as never,
      { name: "fetch", safety: "read" }
    )({})

  it("gains no blob, and loses none", async () => {
    const [, text] = (await reply({ uri: "x://1", text: "some" })).content
    expect(text).toStrictEqual({ type: "resource", resource: { uri: "x://1", text: "some" } })
    const blob = "c2stbGl2ZS1hYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg=="
    const [, bytes] = (await reply({ uri: "x://1", blob })).content
    expect(bytes).toStrictEqual({ type: "resource", resource: { uri: "x://1", blob } })
  })
})

describe("a result that was made for the SDK", () => {
  const reply = (value: unknown) => wrapHandler((_args: object) => value as never, { name: "give", safety: "read" })({})

  it.each([{}, { isError: false, count: 1 }, { structuredContent: { a: 1 }, count: 1 }])(
    "is not what has other fields, or none: %j",
    async (value) => {
      expect(JSON.parse((await reply(value)).content.map((block) => block.type === "text" ? block.text : "").join("")))
        .toEqual(value)
    }
  )

  it("is what has nothing but fields of a result", async () => {
    expect(await reply({ isError: false, structuredContent: { a: 1 } })).toMatchObject({ structuredContent: { a: 1 } })
    expect(await reply({ structuredContent: { a: 1 } })).toMatchObject({ structuredContent: { a: 1 } })
  })
})

it.effect.each<{ readonly given: Progress; readonly told: object }>([
  { given: { progress: 0.5, total: 1 }, told: { progress: 50, total: 100 } },
  { given: { progress: 1, total: 2.5 }, told: { progress: 40, total: 100 } },
  { given: { progress: 1.7 }, told: { progress: 1 } },
  { given: { progress: 3, total: 7 }, told: { progress: 3, total: 7 } }
])("progress that is no whole number is told in hundredths: $given", ({ given, told }) =>
  Effect.gen(function*() {
    const tool = Tool.make("step", { description: "d", safety: "read" })
    const step = Tool.handle(tool, () => ToolCall.use((call) => call.progress(given)))
    const call = yield* bind(step).pipe(Effect.provide(recorder().layer))
    const sent: Array<unknown> = []
    yield* call({}, { meta: { progressToken: "p" }, notify: ({ params }) => sent.push(params) }).reply
    expect(sent).toEqual([{ progressToken: "p", ...told }])
  }))

it.effect("an error that stands in a field of another reaches reporters as an error, without its secrets", () =>
  Effect.gen(function*() {
    const seen: Array<unknown> = []
    const reporter = ErrorReporter.layer([ErrorReporter.make(({ error }) => seen.push(error))])
    const inner = new TypeError("token sk-live-abcdefghijklmnopqrstuvwxyz0123")
    const tool = Tool.make("fail", { description: "d", safety: "read" })
    const fail = Tool.handle(tool, () => Effect.die(Object.assign(new Error("outer"), { inner })))
    const call = yield* bind(fail).pipe(Effect.provide(Layer.merge(reporter, recorder().layer)))
    yield* call({}).reply
    const [error] = seen as [Error & { readonly inner: Error }]
    expect(error.inner).toBeInstanceOf(TypeError)
    expect(error.inner.message).toBe("token [redacted]")
  }))
