import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { describe, expect, it } from "tstyche"

class Disk extends Context.Service<Disk, { readonly id: string }>()("Disk") {}
class Feed extends Context.Service<Feed, { readonly id: string }>()("Feed") {}

declare const read: (name: string) => Effect.Effect<number, Errors.NotFound | Errors.Unavailable, Disk>
declare const names: ReadonlyArray<string>
declare const feed: Stream.Stream<string, never, Feed>
declare const unclassified: (name: string) => Effect.Effect<number, Error>
declare const anything: (name: string) => Effect.Effect<number, any>
declare const promised: (name: string) => Promise<Result.Result<number, Errors.NotFound>>

type Read = Batch.Batch<number, Errors.NotFound | Errors.Unavailable | Batch.RunError>

describe("forEach", () => {
  it("never fails, and says in its type which errors items may have", () => {
    expect(Batch.forEach(names, read)).type.toBe<Effect.Effect<Read, never, Disk>>()
    expect(Batch.forEach(names, () => Effect.void)).type.toBe<Effect.Effect<Batch.Batch<void, Batch.RunError>>>()
  })

  it("takes what can be iterated, and a stream with what it needs", () => {
    expect(Batch.forEach(new Set(names), read)).type.toBe<Effect.Effect<Read, never, Disk>>()
    expect(Batch.forEach({} as AsyncIterable<string>, read)).type.toBe<Effect.Effect<Read, never, Disk>>()
    expect(Batch.forEach(feed, read)).type.toBe<Effect.Effect<Read, never, Disk | Feed>>()
    expect(feed.pipe(Batch.forEach(read, { concurrency: 2 }))).type.toBe<Effect.Effect<Read, never, Disk | Feed>>()
  })

  it("takes promises of results, beside effects or alone", () => {
    expect(Batch.forEach(names, promised)).type.toBe<
      Effect.Effect<Batch.Batch<number, Errors.NotFound | Batch.RunError>>
    >()
    expect(
      Batch.forEach(
        names,
        async (name) => name === "" ? Result.fail(new Errors.Timeout({ operation: name })) : Result.succeed(name)
      )
    )
      .type.toBe<Effect.Effect<Batch.Batch<string, Errors.Timeout | Errors.InternalError>>>()
  })

  it("knows the item in its options", () => {
    expect(
      Batch.forEach([{ id: 1 }], ({ id }) => Effect.succeed(id), {
        key: ({ id }) => String(id),
        retry: RetryPolicy.quick,
        timeout: "1 second"
      })
    )
      .type.toBe<Effect.Effect<Batch.Batch<number, Batch.RunError>>>()
  })

  it("refuses errors that nobody classified", () => {
    expect(Batch.forEach).type.not.toBeCallableWith(names, unclassified)
    expect(Batch.forEach).type.not.toBeCallableWith(names, anything)
    expect(Batch.forEach).type.not.toBeCallableWith(names, (name: string) => Promise.resolve(name))
    expect(Batch.forEach).type.not.toBeCallableWith(
      names,
      (name: string) => Promise.resolve(Result.fail(new Error(name)))
    )
    expect(Batch.forEach).type.not.toBeCallableWith(names, (name: string) => name)
  })

  it("refuses a stream whose errors nobody handled, items that do not fit, and options that do not exist", () => {
    expect(Batch.forEach).type.not.toBeCallableWith({} as Stream.Stream<string, Errors.Timeout>, read)
    expect(Batch.forEach).type.not.toBeCallableWith([1, 2], read)
    expect(Batch.forEach).type.not.toBeCallableWith(names, read, { concurrency: "unbounded" })
    expect(Batch.forEach).type.not.toBeCallableWith(names, read, { parallel: 2 })
  })
})

describe("batches", () => {
  const a = {} as Batch.Batch<number, Errors.NotFound>
  const b = {} as Batch.Batch<string, Errors.Timeout>

  it("combine to what either may hold", () => {
    expect(Batch.combine(a, b)).type.toBe<Batch.Batch<number | string, Errors.NotFound | Errors.Timeout>>()
    expect(Batch.combine(b)(a)).type.toBe<Batch.Batch<number | string, Errors.NotFound | Errors.Timeout>>()
    expect(Batch.combine(a, Batch.empty)).type.toBe<Batch.Batch<number, Errors.NotFound>>()
  })

  it("map", () => {
    expect(Batch.map(a, (n, { key }) => `${key}${n}`)).type.toBe<Batch.Batch<string, Errors.NotFound>>()
    expect(Batch.mapError(a, () => new Errors.Timeout({ operation: "x" }))).type.toBe<
      Batch.Batch<number, Errors.Timeout>
    >()
    expect(Batch.mapError).type.not.toBeCallableWith(a, () => new Error("x"))
  })

  it("fail below a threshold only", () => {
    expect(Batch.failIfNone(a)).type.toBe<Effect.Effect<Batch.Batch<number, Errors.NotFound>, Errors.BatchFailed>>()
    expect(Batch.failBelow(0.5)(a)).type.toBe<Effect.Effect<Batch.Batch<number, Errors.NotFound>, Errors.BatchFailed>>()
  })

  it("come from results and exits", () => {
    expect(Batch.fromIterable([Result.succeed(1), Result.fail(new Errors.Timeout({ operation: "x" }))]))
      .type.toBe<Batch.Batch<number, Errors.Timeout | Errors.InternalError>>()
  })
})

describe("a tool whose output is a report", () => {
  const lines = Tool.make("lines", {
    description: "",
    output: Batch.Report(Schema.Struct({ lines: Schema.FiniteFromString })),
    safety: "read"
  })
  const good = {} as Batch.Batch<{ readonly lines: number }, Errors.NotFound>
  const bad = {} as Batch.Batch<{ readonly lines: string }, Errors.NotFound>
  const report = {} as Batch.ReportOf<{ readonly lines: number }>

  it("takes a batch of such values, or a report", () => {
    expect(Tool.handle).type.toBeCallableWith(lines, () => Effect.succeed(good))
    expect(Tool.handle).type.toBeCallableWith(lines, () => Effect.succeed(report))
    expect(Tool.handle).type.not.toBeCallableWith(lines, () => Effect.succeed(bad))
    expect(Tool.handle).type.not.toBeCallableWith(lines, () => Effect.succeed({ lines: 1 }))
  })

  it("is the same in a toolkit, and however the schema is annotated", () => {
    const kit = Toolkit.make("Lines", [lines])
    expect(Toolkit.toLayer).type.toBeCallableWith(kit, { lines: () => Effect.succeed(good) })
    expect(Toolkit.toLayer).type.not.toBeCallableWith(kit, { lines: () => Effect.succeed(bad) })
    const annotated = Tool.make("annotated", {
      description: "",
      output: Batch.Report(Schema.Finite).annotate({ description: "x" })
    })
    expect(Tool.handle).type.toBeCallableWith(
      annotated,
      () => Effect.succeed({} as Batch.Batch<number, Errors.NotFound>)
    )
  })

  it("keeps the services of its items, as a bare handler of a toolkit too", () => {
    const kit = Toolkit.make("Lines", [
      Tool.make("lines", {
        description: "",
        input: Schema.Struct({ names: Schema.Array(Schema.String) }),
        output: Batch.Report(Schema.Finite),
        safety: "read"
      })
    ])
    expect(Toolkit.toLayer(kit, { lines: ({ names }) => Batch.forEach(names, read) })).type.toBe<
      Layer.Layer<Toolkit.Handlers<"Lines">, never, Disk>
    >()
    expect(Toolkit.toLayer(kit, { lines: ({ names }) => Batch.forEach(names, (name) => read(name)) })).type.toBe<
      Layer.Layer<Toolkit.Handlers<"Lines">, never, Disk>
    >()
  })

  it("has the report as its type, and as what a client decodes", () => {
    expect<typeof lines.output.Type>().type.toBeAssignableTo<Batch.ReportOf<{ readonly lines: number }>>()
    expect<Batch.ReportOf<{ readonly lines: number }>>().type.toBeAssignableTo<typeof lines.output.Type>()
    expect<typeof lines.output.Encoded["results"][number]["value"]>().type.toBe<{ readonly lines: string }>()
  })

  it("another tool takes no batch", () => {
    const other = Tool.make("other", {
      description: "",
      output: Schema.Struct({ status: Schema.String }),
      safety: "read"
    })
    expect(Tool.handle).type.not.toBeCallableWith(other, () => Effect.succeed(good))
  })
})

it("errors of a batch are tool errors", () => {
  expect<Batch.RunError>().type.toBeAssignableTo<ToolError.Any>()
})
