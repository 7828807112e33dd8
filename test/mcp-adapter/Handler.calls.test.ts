import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { bind, problemOf, recorder, settled } from "./support/harness.ts"

describe("concurrent calls", () => {
  const many = 200
  const tool = Tool.make("isolated", {
    description: "d",
    input: Schema.Struct({ n: Schema.Int }),
    output: Schema.Struct({ n: Schema.Int, reference_id: Schema.String, tool: Schema.String }),
    errors: [Errors.Conflict],
    safety: "read"
  })

  it.effect("share neither ToolCall, Scope, log annotations nor what is attached", () =>
    Effect.gen(function*() {
      const log = recorder()
      const scopes = new Set<Scope.Scope>()
      const released: Array<number> = []
      const handled = Tool.handle(
        tool,
        Effect.fnUntraced(function*({ n }) {
          const before = yield* ToolCall
          scopes.add(yield* Effect.service(Scope.Scope))
          yield* Effect.addFinalizer(() => Effect.sync(() => released.push(n)))
          yield* before.attach({ type: "text", text: `first ${n}` })
          yield* Effect.sleep(`${1 + (n * 7919) % 97} millis`)
          const after = yield* ToolCall
          expect(after).toBe(before)
          yield* after.attach({ type: "text", text: `second ${n}` })
          yield* Effect.logInfo("inside", { n })
          if (n % 5 === 0) return yield* new Errors.Conflict({ resource: String(n) })
          return { n, reference_id: after.referenceId, tool: after.tool }
        })
      )
      const call = yield* bind(handled).pipe(Effect.provide(log.layer))
      const pending = Array.from({ length: many }, (_, n) => call({ n }))
      yield* TestClock.adjust("1 second")
      yield* settled
      const ids = new Set<string>()
      for (const [n, one] of pending.entries()) {
        const result = yield* one.reply
        if (n % 5 === 0) {
          expect(problemOf(result)?.details).toEqual({ resource: String(n) })
          ids.add(problemOf(result)!.reference_id)
        } else {
          expect(result.structuredContent).toMatchObject({ n, tool: "isolated" })
          expect(result.content.slice(1)).toEqual([{ type: "text", text: `first ${n}` }, {
            type: "text",
            text: `second ${n}`
          }])
          ids.add(String(result.structuredContent!["reference_id"]))
        }
      }
      expect([ids.size, scopes.size, released.length]).toEqual([many, many, many])
      const inside = log.lines.filter((line) => line["message"] === "inside")
      const ended = log.lines.filter((line) => line["message"] === "tool call ended")
      expect([inside.length, ended.length]).toEqual([many, many])
      for (const line of inside) {
        const n = line["n"] as number
        const end = ended.find((end) => end["reference_id"] === line["reference_id"])
        expect(end?.["arguments"]).toBe(JSON.stringify({ n }))
        expect(line["tool"]).toBe("isolated")
      }
    }))

  it.effect("leave nothing of one call to the next in the runtime", () =>
    Effect.gen(function*() {
      const seen: Array<object> = []
      const handled = Tool.handle(tool, ({ n }) =>
        Effect.gen(function*() {
          seen.push(yield* References.CurrentLogAnnotations)
          return { n, reference_id: "", tool: "" }
        }).pipe(Effect.annotateLogs("leak", n)))
      const call = yield* bind(handled)
      yield* call({ n: 1 }).reply
      yield* call({ n: 2 }).reply
      expect(seen.map((annotations) => Object.keys(annotations).toSorted())).toEqual([
        ["leak", "reference_id", "tool"],
        ["leak", "reference_id", "tool"]
      ])
    }))
})

describe("what a handler knows of its call", () => {
  const tool = Tool.make("curious", { description: "d" })
  const seenBy = (request: Handler.Request) =>
    Effect.gen(function*() {
      let seen: ToolCall["Service"] | undefined
      const call = yield* bind(Tool.handle(tool, () =>
        Effect.map(ToolCall, (call) => {
          seen = call
        })))
      yield* call({}, request).reply
      return seen!
    })

  it.effect("its name, its id, which attempt it is", () =>
    Effect.gen(function*() {
      const seen = yield* seenBy({})
      expect([seen.tool, seen.attempt, seen.meta]).toEqual(["curious", 1, {}])
      expect(seen.referenceId).toMatch(/^[0-9a-f]{8}$/)
      expect([Option.isNone(seen.principal), Option.isNone(seen.traceId)]).toEqual([true, true])
      expect(Option.isNone((yield* seenBy({ authInfo: null as never })).principal)).toBe(true)
    }))

  it.effect("who calls, whose token is not printed", () =>
    Effect.gen(function*() {
      const seen = yield* seenBy({
        authInfo: { token: "t0ken", clientId: "ada", scopes: ["read"], extra: { tenant: 1 } }
      })
      const principal = Option.getOrThrow(seen.principal)
      expect([principal.clientId, principal.scopes, principal.extra]).toEqual(["ada", ["read"], { tenant: 1 }])
      expect(Redacted.value(principal.token)).toBe("t0ken")
      expect(JSON.stringify(principal)).not.toContain("t0ken")
      expect(
        Option.getOrThrow((yield* seenBy({ authInfo: { token: "t", clientId: "c", scopes: [] } })).principal).extra
      ).toEqual({})
    }))

  it.effect.each<{ readonly traceparent: unknown; readonly traceId: string | undefined }>([
    {
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736"
    },
    { traceparent: "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", traceId: undefined },
    { traceparent: "nonsense", traceId: undefined },
    { traceparent: "x 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", traceId: undefined },
    { traceparent: 7, traceId: undefined },
    { traceparent: undefined, traceId: undefined }
  ])("the trace of $traceparent", ({ traceId, traceparent }) =>
    Effect.gen(function*() {
      const log = recorder()
      const seen = yield* seenBy({ meta: { traceparent } })
      expect(Option.getOrUndefined(seen.traceId)).toBe(traceId)
      const call = yield* bind(Tool.handle(tool, () => Effect.log("inside"))).pipe(Effect.provide(log.layer))
      yield* call({}, { meta: { traceparent } }).reply
      expect(log.lines.map((line) => line["trace_id"])).toEqual([traceId, traceId])
    }))
})

describe("progress", () => {
  const tool = Tool.make("busy", { description: "d" })
  const told = (
    request: Handler.Request,
    steps: ReadonlyArray<{ readonly progress: number; readonly total?: number; readonly message?: string }>
  ) =>
    Effect.gen(function*() {
      const handler = () =>
        Effect.flatMap(ToolCall, (call) => Effect.forEach(steps, (step) => call.progress(step), { discard: true }))
      const call = yield* bind(Tool.handle(tool, handler))
      return yield* call({}, request).reply
    })

  it.effect("is told to a client that asked, with its token", () =>
    Effect.gen(function*() {
      const sent: Array<unknown> = []
      yield* told({ meta: { progressToken: "p" }, notify: (notification) => sent.push(notification) }, [{
        progress: 1,
        total: 2,
        message: "half"
      }, { progress: 2 }])
      expect(sent).toEqual([
        { method: "notifications/progress", params: { progressToken: "p", progress: 1, total: 2, message: "half" } },
        { method: "notifications/progress", params: { progressToken: "p", progress: 2 } }
      ])
    }))

  it.effect("always increases, whatever the handler says", () =>
    Effect.gen(function*() {
      const sent: Array<number> = []
      const notify = ({ params }: { readonly params: object }) =>
        sent.push((params as { readonly progress: number }).progress)
      yield* told({ meta: { progressToken: 0 }, notify }, [0, 5, 5, 1, 6, -1].map((progress) => ({ progress })))
      expect(sent).toHaveLength(6)
      expect(sent.slice(0, 2)).toEqual([0, 5])
      for (const [i, progress] of sent.entries()) if (i > 0) expect(progress).toBeGreaterThan(sent[i - 1]!)
    }))

  it.effect("is not told to a client that did not ask, or has cancelled", () =>
    Effect.gen(function*() {
      const sent: Array<unknown> = []
      const notify = (notification: unknown) => sent.push(notification)
      yield* told({ notify }, [{ progress: 1 }])
      yield* told({ meta: { progressToken: {} }, notify }, [{ progress: 1 }])
      yield* told({ meta: { progressToken: 1 } }, [{ progress: 1 }])
      const controller = new AbortController()
      const handler = () =>
        Effect.flatMap(ToolCall, (call) => Effect.onInterrupt(Effect.never, () => call.progress({ progress: 1 })))
      const call = yield* bind(Tool.handle(tool, handler), { progressTimeout: "1 second" })
      const late = call({}, { meta: { progressToken: 1 }, notify })
      yield* TestClock.adjust("1 second")
      yield* late.reply
      const pending = call({}, { meta: { progressToken: 1 }, notify, signal: controller.signal })
      controller.abort()
      yield* pending.reply
      expect(sent).toEqual([])
    }))

  it.effect("is not told after the answer, by what the handler left running", () =>
    Effect.gen(function*() {
      const sent: Array<unknown> = []
      const later = ToolCall.use((call) => Effect.delay(call.progress({ progress: 1 }), "1 second"))
      const call = yield* bind(Tool.handle(tool, () => Effect.asVoid(Effect.forkDetach(later))))
      yield* call({}, { meta: { progressToken: 1 }, notify: (notification) => sent.push(notification) }).reply
      yield* TestClock.adjust("1 second")
      yield* settled
      expect(sent).toEqual([])
    }))

  it.effect("that cannot be sent costs the call nothing", () =>
    Effect.gen(function*() {
      const request = (notify: () => unknown) => told({ meta: { progressToken: 1 }, notify }, [{ progress: 1 }])
      const throws = () => {
        throw new Error("the connection is gone")
      }
      expect((yield* request(throws)).isError).toBeUndefined()
      expect((yield* request(() => Promise.reject(new Error("gone")))).isError).toBeUndefined()
      yield* settled
    }))
})

describe("a span", () => {
  const tool = Tool.make("traced", {
    description: "d",
    input: Schema.Struct({ password: Schema.optionalKey(Schema.String) })
  })
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
  const spansOf = (options: Handler.Options, request: Handler.Request) =>
    Effect.gen(function*() {
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const call = yield* bind(Tool.handle(tool, () => Effect.void), options).pipe(Effect.withTracer(tracer))
      yield* call({ password: "hunter2" }, request).reply
      return spans
    })

  it.effect("is opened only where asked for", () =>
    Effect.gen(function*() {
      expect(yield* spansOf({}, { meta: { traceparent } })).toEqual([])
    }))

  it.effect("names the tool and the reference, never the arguments, and stands below the client's", () =>
    Effect.gen(function*() {
      const [span] = yield* spansOf({ opensSpans: true }, { meta: { traceparent } })
      expect(span).toMatchObject({
        name: "tools/call traced",
        kind: "server",
        traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
        sampled: true
      })
      expect(Object.fromEntries(span!.attributes)).toMatchObject({
        "gen_ai.tool.name": "traced",
        "errata.reference_id": expect.stringMatching(/^[0-9a-f]{8}$/)
      })
      expect([...span!.attributes.keys()].every((name) => !name.includes("argument"))).toBe(true)
      expect(Option.getOrThrow(span!.parent)).toMatchObject({ spanId: "00f067aa0ba902b7", sampled: true })
    }))

  it.effect("has no parent where the client sent none", () =>
    Effect.gen(function*() {
      for (const traceparent of [undefined, "nonsense", "00-4bf92f3577b34da6a3ce929d0e0e4736"]) {
        const [span] = yield* spansOf({ opensSpans: true }, { meta: { traceparent } })
        expect(Option.isNone(span!.parent)).toBe(true)
      }
    }))
})
