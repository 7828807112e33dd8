import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as Observer from "@errata/mcp-adapter/Observer"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

const recorder = () => {
  const starts: Array<Observer.CallStart> = []
  const ends: Array<Observer.CallEnd & { readonly print: string | undefined; readonly why: string | undefined }> = []
  const layer = Observer.layer({
    onStart: (start) => {
      starts.push(start)
      return (end) => ends.push({ ...end, print: end.fingerprint(), why: end.cause() })
    }
  })
  return { starts, ends, layer }
}

const called = <R, T extends Tool.Any>(
  handled: Tool.Handled<R, T>,
  args: unknown,
  layer: Layer.Layer<R>
): Promise<ToolTest.Answer<T>> => Effect.runPromise(Effect.provide(ToolTest.call(handled, args as never), layer))

const tool = Tool.make("fetch", {
  description: "d",
  input: Schema.Struct({ id: Schema.String }),
  output: Schema.String,
  errors: [Errors.Unavailable, Errors.NotFound],
  safety: "read",
  retry: RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 2 })
})

describe("whoever observes", () => {
  it("hears once of each call, under the reference of the reply", async () => {
    const { ends, layer, starts } = recorder()
    const { result } = await called(Tool.handle(tool, () => Effect.fail(new Errors.NotFound({ resource: "it" }))), {
      id: "1"
    }, layer)
    expect(starts).toHaveLength(1)
    expect(ends).toHaveLength(1)
    expect(ends[0]).toMatchObject({
      tool: "fetch",
      outcome: "not_found",
      category: "permanent",
      isError: true,
      isDefect: false,
      attempts: 1,
      retries: [],
      isKeyed: false,
      batch: undefined,
      referenceId: starts[0]?.referenceId
    })
    expect(JSON.stringify(result)).toContain(starts[0]!.referenceId)
  })

  it("hears of retries, with their delays and causes", async () => {
    const { ends, layer } = recorder()
    await called(
      Tool.handle(tool, () => Effect.fail(new Errors.Unavailable({ service: "Billing" }))),
      { id: "1" },
      layer
    )
    expect(ends[0]).toMatchObject({ outcome: "unavailable", attempts: 3 })
    expect(ends[0]?.retries).toEqual([
      { attempt: 2, delayMillis: 1, error: "Unavailable", type: "unavailable" },
      { attempt: 3, delayMillis: 1, error: "Unavailable", type: "unavailable" }
    ])
  })

  it("hears of a defect: its class, its cause redacted, the arguments as the log shows them", async () => {
    const { ends, layer } = recorder()
    await called(
      Tool.handle(tool, () => Effect.die(new RangeError("password=hunter2hunter2"))),
      { id: "sk_live_51H8xkJ2eZvKYlo2C0123456" },
      layer
    )
    expect(ends[0]).toMatchObject({ outcome: "internal_error", isDefect: true })
    expect(ends[0]?.error()).toBe("RangeError")
    expect(ends[0]?.why).toContain("RangeError")
    expect(ends[0]?.why).not.toContain("hunter2")
    expect(ends[0]?.arguments()).toContain("id")
  })

  it("hears of the items of a batch", async () => {
    const batch = Tool.make("batch", {
      description: "d",
      input: Schema.Struct({ ids: Schema.Array(Schema.String) }),
      output: Batch.Report(Schema.String),
      errors: [],
      safety: "read"
    })
    const { ends, layer } = recorder()
    const handled = Tool.handle(batch, ({ ids }) =>
      Effect.map(
        Batch.forEach(
          ids,
          (id) => id === "b" ? Effect.fail(new Errors.NotFound({ resource: id })) : Effect.succeed(id),
          {
            key: (id) => id
          }
        ),
        (done) => done
      ))
    await called(handled, { ids: ["a", "b", "c"] }, layer)
    expect(ends[0]?.outcome).toBe("partial")
    expect(ends[0]?.batch).toMatchObject({ total: 3, succeeded: 2, failed: 1, not_attempted: 0 })
  })

  it("stands beside others, and costs a call nothing if it throws", async () => {
    const first = recorder()
    const second = recorder()
    const hostile = Observer.layer({
      onStart: () => {
        throw new Error("no")
      }
    })
    const late = Observer.layer({
      onStart: () => () => {
        throw new Error("no")
      }
    })
    const runtime = Layer.mergeAll(first.layer, hostile, late, second.layer)
    const { result } = await called(Tool.handle(tool, ({ id }) => Effect.succeed(id)), { id: "1" }, runtime)
    expect(result.isError).toBeUndefined()
    expect([first.ends.length, second.ends.length]).toEqual([1, 1])
  })
})

describe("a fingerprint", () => {
  const printOf = async (
    handler: () => Effect.Effect<string, Errors.Unavailable | Errors.NotFound>,
    name = "fetch"
  ) => {
    const { ends, layer } = recorder()
    const named = Tool.make(name, {
      description: "d",
      input: Schema.Struct({ id: Schema.String }),
      output: Schema.String,
      errors: [Errors.Unavailable, Errors.NotFound],
      safety: "read"
    })
    await called(Tool.handle(named, handler), { id: "1" }, layer)
    return ends[0]?.print
  }
  const parse = (text: string) => JSON.parse(text) as string
  const other = (text: string) => JSON.parse(text) as string

  it("is the same whatever the message, and on another line of the same function", async () => {
    const one = await printOf(() => Effect.sync(() => parse("{nope")))
    const two = await printOf(() => Effect.sync(() => parse("[1,")))
    expect(one).toMatch(/^[0-9a-f]{12}$/)
    expect(two).toBe(one)
  })

  it("differs by place, class and tool; a success has none", async () => {
    const one = await printOf(() => Effect.sync(() => parse("{nope")))
    expect(await printOf(() => Effect.sync(() => other("{nope")))).not.toBe(one)
    expect(await printOf(() => Effect.sync(() => parse("{nope")), "another")).not.toBe(one)
    expect(await printOf(() => Effect.fail(new Errors.NotFound({ resource: "it" })))).not.toBe(
      await printOf(() => Effect.fail(new Errors.Unavailable({ service: "it" })))
    )
    expect(await printOf(() => Effect.succeed("fine"))).toBeUndefined()
  })

  it("does not read frames out of a message", async () => {
    const thrown = (message: string) => printOf(() => Effect.sync(() => raise(message)))
    expect(await thrown("x\n    at evil (/app/evil.js:1:1)")).toBe(await thrown("plain"))
  })
})

const raise = (message: string): never => {
  throw new RangeError(message)
}
