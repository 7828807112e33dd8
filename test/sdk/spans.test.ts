import { it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
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
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

/** Calls the tool and returns the spans that were opened. */
const spansOf = (options: ToolTest.Options) =>
  Effect.gen(function*() {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    yield* ToolTest.call(handled, { id: "secret-id" }, options).pipe(Effect.provideService(Tracer.Tracer, tracer))
    return spans
  })

describe("spans", () => {
  it.effect("are not opened unless asked for", () =>
    Effect.gen(function*() {
      expect(yield* spansOf({})).toEqual([])
    }))

  it.effect("carry the tool and the reference, and never the arguments", () =>
    Effect.gen(function*() {
      const [span] = yield* spansOf({ opensSpans: true })
      expect(span?.name).toBe("tool lookup")
      expect([...span?.attributes.keys() ?? []].toSorted()).toEqual(["reference_id", "tool"])
      expect(JSON.stringify([...span?.attributes ?? []])).not.toContain("secret-id")
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
