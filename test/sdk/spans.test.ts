import { it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import { describe, expect } from "vitest"

const lookup = Tool.make("lookup", {
  description: "Looks something up.",
  input: Schema.Struct({ id: Schema.String }),
  errors: [Errors.NotFound],
  safety: "read"
})
const handled = Tool.handle(lookup, ({ id }) => Effect.fail(new Errors.NotFound({ resource: "Thing", id })))
const now = RetryPolicy.make(Schedule.recurs(5))
const parentOf = (span: Tracer.NativeSpan) => Option.getOrUndefined(span.parent)?.spanId
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

/** Calls the tool and returns the spans that were opened. */
const spansOf = (options: ToolTest.Options, args: unknown = { id: "secret-id" }) =>
  Effect.gen(function*() {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    yield* ToolTest.call(handled, args, options).pipe(Effect.provideService(Tracer.Tracer, tracer))
    return spans
  })

describe("spans", () => {
  it.effect("are not opened unless asked for", () =>
    Effect.gen(function*() {
      expect(yield* spansOf({})).toEqual([])
    }))

  it.effect("carry OpenTelemetry's names and ours, and never the arguments", () =>
    Effect.gen(function*() {
      const [span] = yield* spansOf({ opensSpans: true })
      expect(span?.name).toBe("tools/call lookup")
      expect(span?.kind).toBe("server")
      expect(Object.fromEntries(span?.attributes ?? [])).toEqual({
        "mcp.method.name": "tools/call",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "lookup",
        "errata.reference_id": expect.stringMatching(/^[0-9a-f]{8}$/),
        "error.type": "tool_error",
        "errata.outcome": "not_found",
        "errata.category": "permanent",
        "errata.error": "NotFound",
        "errata.fingerprint": expect.stringMatching(/^[0-9a-f]{12}$/),
        "errata.attempts": 1
      })
      expect(JSON.stringify([...span?.attributes ?? []])).not.toContain("secret-id")
    }))

  it.effect("are opened for each attempt, and for each item of a batch", () =>
    Effect.gen(function*() {
      const spans: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const batch = Tool.make("convert_all", {
        description: "d",
        input: { ids: Schema.Array(Schema.String) },
        output: Batch.Report(Schema.String),
        errors: [],
        safety: "read"
      })
      let tries = 0
      const flaky = Effect.suspend(() =>
        ++tries < 3 ? Effect.fail(new Errors.Unavailable({ service: "It" })) : Effect.succeed("done")
      )
      const handled = Tool.handle(batch, ({ ids }) =>
        Batch.forEach(ids, (id) =>
          id === "b" ? RetryPolicy.retry(flaky, now) : Effect.succeed(id), {
          key: (id) => id
        }))
      yield* ToolTest.call(handled, { ids: ["a", "b"] }, { opensSpans: true }).pipe(
        Effect.provideService(Tracer.Tracer, tracer)
      )
      const [call, ...parts] = spans
      const said = parts.map((span) => [span.name, ...span.attributes.values(), parentOf(span) ?? ""])
      expect(call?.attributes.get("errata.items.total")).toBe(2)
      expect(said).toEqual([
        ["item", 0, "a", call?.spanId],
        ["item", 1, "b", call?.spanId],
        ["attempt", 1, parts[1]?.spanId],
        ["attempt", 2, parts[1]?.spanId],
        ["attempt", 3, parts[1]?.spanId]
      ])
      expect(spans.every(({ status }) =>
        status._tag === "Ended"
      )).toBe(true)
    }))

  it.effect("end as the reply tells it, also where no error does", () =>
    Effect.gen(function*() {
      const [span] = yield* spansOf({ opensSpans: true }, { id: [] })
      expect(span?.attributes.get("errata.outcome")).toBe("invalid_arguments")
      expect(span?.status).toMatchObject({ _tag: "Ended", exit: { _tag: "Failure" } })
    }))

  it.effect("say by which way the request came, and hash the session", () =>
    Effect.gen(function*() {
      const origin = {
        requestId: 7,
        sessionId: "5e551011-0000-4000-8000-000000000000",
        requestInfo: { headers: { "mcp-protocol-version": "2025-06-18" } }
      }
      const [span] = yield* spansOf({ opensSpans: true, request: { origin } })
      expect(Object.fromEntries(span?.attributes ?? [])).toMatchObject({
        "jsonrpc.request.id": "7",
        "mcp.protocol.version": "2025-06-18",
        "mcp.session.id": expect.stringMatching(/^[0-9a-f]{12}$/),
        "network.transport": "tcp"
      })
    }))

  it.effect("are not missed where a tracer throws", () =>
    Effect.gen(function*() {
      const tracer = Tracer.make({
        span: () => {
          throw new Error("no tracer")
        }
      })
      const { error } = yield* ToolTest.call(handled, { id: "1" }, { opensSpans: true }).pipe(
        Effect.provideService(Tracer.Tracer, tracer)
      )
      expect(error).toBeInstanceOf(Errors.NotFound)
    }))

  it.effect("stand below the client's span", () =>
    Effect.gen(function*() {
      const [span] = yield* spansOf({ opensSpans: true, request: { meta: { traceparent } } })
      expect(span?.traceId).toBe("0af7651916cd43dd8448eb211c80319c")
    }))

  it.effect("start a trace of their own where the client's cannot be read", () =>
    Effect.gen(function*() {
      const [span] = yield* spansOf({ opensSpans: true, request: { meta: { traceparent: "garbage" } } })
      expect(span?.traceId).not.toBe("0af7651916cd43dd8448eb211c80319c")
    }))
})
