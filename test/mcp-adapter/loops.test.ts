/** A caller that repeats one call and gets one failure is told so, and may be answered without running. */
import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as LoopGuard from "@errata/core/LoopGuard"
import * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Client from "@errata/mcp-adapter/Client"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"

const me: Handler.Request = { sessionId: "me" }

/** Binds tools to the clock of the test, with one guard for all. */
const bind = (tools: ReadonlyArray<Tool.Handled<IdempotencyStore.IdempotencyStore>>, options: Handler.Options = {}) =>
  Effect.contextWith((context: Context.Context<IdempotencyStore.IdempotencyStore>) => {
    const runtime = Context.add(context, Logger.CurrentLoggers, new Set())
    const loops = LoopGuard.make(typeof options.loops === "object" ? options.loops as LoopGuard.Options : {})
    const handlers = Object.fromEntries(
      tools.map((handled) => [handled.tool.name, Handler.make(handled, { ...options, runtime, loops })])
    )
    return Effect.succeed((name: string, args: unknown, request: Handler.Request = me) =>
      Effect.promise(() => Promise.resolve(handlers[name]!(args, request)))
    )
  })

const second = ({ content: [block] }: CallToolResult): string =>
  block?.type === "text" ? block.text.split("\n")[1]! : ""

const told = (result: CallToolResult): string | undefined =>
  /This is the .* identical failure of this call\./.exec(second(result))?.[0]

const noteOf = (result: CallToolResult) => Meta.call(result._meta)

const input = { id: Schema.String }
const get = Tool.make("get", {
  description: "d",
  input,
  output: { name: Schema.String },
  errors: [Errors.NotFound],
  safety: "read"
})
const missing = Tool.handle(get, ({ id }) => Effect.fail(new Errors.NotFound({ resource: "User", id })))

const repeat = <A>(times: number, one: Effect.Effect<A>): Effect.Effect<ReadonlyArray<A>> =>
  Effect.forEach(Array.from({ length: times }), () => one)

const withStore = Effect.provide(IdempotencyStore.layerMemory())

describe("a reply", () => {
  it.effect("says from the third identical failure on that it is one", () =>
    Effect.gen(function*() {
      const call = yield* bind([missing])
      const replies = yield* repeat(12, call("get", { id: "7" }))
      expect(replies.slice(0, 3).map(second)).toEqual([
        "Error: not_found (permanent). Do not retry with the same arguments.",
        "Error: not_found (permanent). Do not retry with the same arguments.",
        "Error: not_found (permanent). Do not retry with the same arguments. This is the third identical failure of this call."
      ])
      expect(replies.map(told).slice(3)).toEqual(
        ["fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "11th", "12th"].map((n) =>
          `This is the ${n} identical failure of this call.`
        )
      )
      expect(replies.map((reply) => noteOf(reply)?.identical_failures)).toEqual([
        undefined,
        undefined,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        12
      ])
      expect(replies[2]!.content[0]).toMatchObject({
        text: expect.stringMatching(/^User 7 not found\.\nError: [\s\S]*\nReference: \w{8}$/)
      })
    }).pipe(withStore))

  it.effect("tells arguments, callers and tools apart, and counts nobody who is unknown", () =>
    Effect.gen(function*() {
      const call = yield* bind([missing])
      yield* repeat(2, call("get", { id: "7" }))
      expect(told(yield* call("get", { id: "8" }))).toBeUndefined()
      expect(told(yield* call("get", { id: "7" }, { sessionId: "other" }))).toBeUndefined()
      expect(told(yield* call("get", { id: "7" }, { ...me, authInfo: { clientId: "c", token: "t", scopes: [] } })))
        .toBeUndefined()
      for (const reply of yield* repeat(4, call("get", { id: "9" }, {}))) expect(told(reply)).toBeUndefined()
      expect(told(yield* call("get", { id: "7" }))).toBeDefined()
    }).pipe(withStore))

  it.effect("tells people apart who share a client, by their subject or token", () =>
    Effect.gen(function*() {
      const call = yield* bind([missing])
      const as = (token: string, sub?: string) =>
        call("get", { id: "7" }, {
          authInfo: { clientId: "app", token, scopes: [], ...sub === undefined ? {} : { extra: { sub } } }
        })
      yield* repeat(2, as("a"))
      expect(told(yield* as("b"))).toBeUndefined()
      expect(told(yield* as("a"))).toBeDefined()
      yield* as("1", "ada")
      yield* as("2", "ada")
      expect(told(yield* as("3", "ada"))).toBeDefined()
    }).pipe(withStore))

  it.effect("counts refused arguments as they came, and not what hosts add", () =>
    Effect.gen(function*() {
      const call = yield* bind([missing])
      const refused = yield* repeat(3, call("get", { idd: "7" }))
      expect(told(refused[2]!)).toBeDefined()
      let n = 0
      const added = yield* repeat(
        3,
        Effect.suspend(() => call("get", { id: "7", toolCallId: String(n++), sessionId: "s", action: "a" }))
      )
      expect(noteOf(added[2]!)).toMatchObject({
        identical_failures: 3,
        dropped: expect.arrayContaining(["toolCallId"])
      })
    }).pipe(withStore))

  it.effect("counts a failure of another class anew, and a defect by its place", () =>
    Effect.gen(function*() {
      let fails: Effect.Effect<never, Errors.NotFound> = Effect.die(new Error("one"))
      const call = yield* bind([Tool.handle(get, () => fails)])
      yield* repeat(2, call("get", { id: "7" }))
      fails = Effect.fail(new Errors.NotFound({ resource: "User" }))
      expect(told(yield* call("get", { id: "7" }))).toBeUndefined()
      const here = () => Effect.die(new Error(`at ${Math.random()}`))
      fails = Effect.suspend(here)
      const defects = yield* repeat(3, call("get", { id: "7" }))
      expect(second(defects[2]!)).toBe(
        "Error: internal_error (permanent). Do not retry. Report the reference. This is the third identical failure of this call."
      )
      fails = Effect.suspend(() => Effect.die(new TypeError("elsewhere")))
      expect(told(yield* call("get", { id: "7" }))).toBeUndefined()
    }).pipe(withStore))

  it.effect("does not count who waits as told, and counts who does not", () =>
    Effect.gen(function*() {
      const limited = Tool.make("limited", { description: "d", input, errors: [Errors.RateLimited], safety: "read" })
      const call = yield* bind([
        Tool.handle(limited, () => Effect.fail(new Errors.RateLimited({ service: "It", retry_after_seconds: 5 })))
      ])
      for (let i = 0; i < 6; i++) {
        expect(told(yield* call("limited", { id: "1" }))).toBeUndefined()
        yield* TestClock.adjust("5 seconds")
      }
      yield* call("limited", { id: "1" })
      yield* TestClock.adjust("4 seconds")
      yield* call("limited", { id: "1" })
      expect(told(yield* call("limited", { id: "1" }))).toBe("This is the third identical failure of this call.")
    }).pipe(withStore))

  it.effect("never counts what is under way", () =>
    Effect.gen(function*() {
      const poll = Tool.make("poll", { description: "d", input, errors: [Errors.InProgress], safety: "read" })
      const call = yield* bind([
        Tool.handle(poll, () => Effect.fail(new Errors.InProgress({ operation: "The build" })))
      ])
      for (const reply of yield* repeat(5, call("poll", { id: "1" }))) expect(told(reply)).toBeUndefined()
    }).pipe(withStore))

  it.effect("begins anew after a success of something that may change things, and after the window", () =>
    Effect.gen(function*() {
      const list = Tool.make("list", { description: "d", safety: "read" })
      const create = Tool.make("create", { description: "d", safety: "idempotent" })
      const call = yield* bind([missing, Tool.handle(list, () => Effect.void), Tool.handle(create, () => Effect.void)])
      yield* repeat(2, call("get", { id: "7" }))
      yield* call("list", {})
      expect(told(yield* call("get", { id: "7" }))).toBeDefined()
      yield* call("create", {})
      yield* repeat(2, call("get", { id: "7" }))
      yield* TestClock.adjust("10 minutes")
      expect(told(yield* call("get", { id: "7" }))).toBeUndefined()
    }).pipe(withStore))

  it.effect("says so in the JSON profile, beside a failed batch, and to our client", () =>
    Effect.gen(function*() {
      const all = Tool.make("all", {
        description: "d",
        input: { ids: Schema.Array(Schema.String) },
        output: Batch.Report(Schema.String),
        safety: "read"
      })
      const failing = Tool.handle(all, ({ ids }) =>
        Batch.forEach(ids, () =>
          Effect.fail(new Errors.NotFound({ resource: "User" })) as Effect.Effect<string, Errors.NotFound>))
      const call = yield* bind([failing, missing])
      const sentence = "This is the third identical failure of this call."
      const batches = yield* repeat(3, call("all", { ids: ["a"] }))
      expect(batches[2]!.structuredContent?.["advice"]).toMatch(sentence)
      expect(told(batches[2]!)).toBe(sentence)
      const json = yield* bind([missing, failing], { render: "json" })
      for (const [name, args] of [["get", { id: "7" }], ["all", { ids: ["a"] }]] as const) {
        const [, , third] = yield* repeat(3, json(name, args))
        const [block] = third!.content
        const [first, second] = block?.type === "text" ? block.text.split("\n") : []
        expect(first).toMatch(sentence)
        expect(JSON.parse(second!)["advice"]).toMatch(sentence)
      }
      const [, , third] = yield* repeat(3, call("get", { id: "8" }))
      const stripped = Client.decode({ ...third!, _meta: {} }, get)
      expect(Result.isFailure(stripped) && Client.problem(stripped.failure)?.type).toBe("not_found")
    }).pipe(withStore))

  it.effect("keeps what is to be done readable to programs", () =>
    Effect.gen(function*() {
      const flaky = Tool.make("flaky", { description: "d", input, errors: [Errors.Unavailable], safety: "read" })
      const call = yield* bind([Tool.handle(flaky, () => Effect.fail(new Errors.Unavailable({ service: "It" })))])
      const [, , third] = yield* repeat(3, call("flaky", { id: "8" }))
      expect(second(third!)).toBe(
        "Error: unavailable (transient). Retry later. This is the third identical failure of this call."
      )
      const decoded = Client.decode({ ...third!, _meta: {} }, flaky)
      expect(Result.isFailure(decoded) && Client.problem(decoded.failure)?.retry.should_retry).toBe(true)
    }).pipe(withStore))

  it.effect("counts keyed calls without their key, and does not keep what it counted", () =>
    Effect.gen(function*() {
      const charge = Tool.make("charge", {
        description: "d",
        input: { ...input, key: Schema.String },
        errors: [Errors.NotFound],
        safety: "keyed",
        keyed: "key"
      })
      let runs = 0
      const call = yield* bind([
        Tool.handle(charge, ({ id }) =>
          Effect.suspend(() => {
            runs++
            return Effect.fail(new Errors.NotFound({ resource: "User", id }))
          }))
      ])
      const other = yield* Effect.forEach(["a", "b", "c"], (key) => call("charge", { id: "1", key }))
      expect(told(other[2]!)).toBe("This is the third identical failure of this call.")
      const again = yield* repeat(3, call("charge", { id: "1", key: "c" }))
      expect(again.map((reply) => second(reply).match(/identical/g)?.length)).toEqual(
        again.map((_, i) => i < 2 ? undefined : 1)
      )
      expect(runs).toBe(3)
    }).pipe(withStore))
})

describe("a call that goes on failing", () => {
  const counted = (safety: "read" | "once", error: ToolError.Any = new Errors.NotFound({ resource: "User" })) => {
    const runs = { count: 0 }
    const tool = Tool.make("act", { description: "d", input, errors: [Errors.NotFound, Errors.Unavailable], safety })
    const handled = Tool.handle(tool, () =>
      Effect.suspend(() => {
        runs.count++
        return Effect.fail(error as Errors.NotFound)
      }))
    return { handled, runs }
  }
  const answering = { loops: { answers: true } }

  it.effect("is answered without running where it only reads, for a minute at most", () =>
    Effect.gen(function*() {
      const { handled, runs } = counted("read")
      const call = yield* bind([handled], answering)
      const replies = yield* repeat(5, call("act", { id: "1" }))
      expect(runs.count).toBe(3)
      expect(noteOf(replies[4]!)).toMatchObject({ attempts: 0, identical_failures: 5, answered_without_running: true })
      expect(noteOf(replies[2]!)).not.toHaveProperty("answered_without_running")
      expect(told(replies[4]!)).toBe("This is the fifth identical failure of this call.")
      expect(replies[4]!.content[0]).toMatchObject({ text: expect.stringContaining("User not found.") })
      expect(Meta.problem(replies[4]!._meta)!.reference_id).not.toBe(Meta.problem(replies[3]!._meta)!.reference_id)
      yield* TestClock.adjust("59 seconds")
      yield* call("act", { id: "1" })
      expect(runs.count).toBe(3)
      yield* TestClock.adjust("1 second")
      yield* call("act", { id: "1" })
      expect(runs.count).toBe(4)
    }).pipe(withStore))

  it.effect("runs again once its caller called anything else", () =>
    Effect.gen(function*() {
      const { handled, runs } = counted("read")
      const call = yield* bind([handled, missing], answering)
      yield* repeat(4, call("act", { id: "1" }))
      yield* call("get", { id: "1" }, { sessionId: "other" })
      yield* call("act", { id: "1" })
      expect(runs.count).toBe(3)
      yield* call("get", { id: "1" })
      yield* call("act", { id: "1" })
      expect(runs.count).toBe(4)
      yield* call("act", { id: "2" })
      yield* call("act", { id: "1" })
      expect(runs.count).toBe(6)
    }).pipe(withStore))

  it.effect("always runs where it may have an effect, where its failure is transient, and where nobody asked for answers", () =>
    Effect.gen(function*() {
      const cases = [
        [counted("once"), answering],
        [counted("read", new Errors.Unavailable({ service: "It" })), answering],
        [counted("read"), {}]
      ] as const
      for (const [{ handled, runs }, options] of cases) {
        const call = yield* bind([handled], options)
        yield* repeat(6, call("act", { id: "1" }))
        expect(runs.count).toBe(6)
      }
    }).pipe(withStore))

  it.effect("is answered without running where its arguments are refused, whatever the tool", () =>
    Effect.gen(function*() {
      let decoded = 0
      const watched = Schema.String.check(Schema.makeFilter((text: string) => {
        decoded++
        return text !== "wrong"
      }))
      const tool = Tool.make("act", { description: "d", input: { id: watched }, safety: "once" })
      const call = yield* bind([Tool.handle(tool, () => Effect.void)], answering)
      yield* repeat(3, call("act", { id: "wrong" }))
      const before = decoded
      const reply = yield* call("act", { id: "wrong" })
      expect(decoded).toBe(before)
      expect(Meta.problem(reply._meta)).toMatchObject({ type: "invalid_arguments", issues: [{ path: ["id"] }] })
      yield* call("act", { id: "right" })
      expect(decoded).toBeGreaterThan(before)
    }).pipe(withStore))
})

describe("a guard", () => {
  const always = (f: () => unknown): LoopGuard.LoopGuard => ({
    ...LoopGuard.make(),
    answers: true,
    isEmpty: () => false,
    failed: f as never,
    succeeded: f as never,
    begin: f as never
  })

  it.effect("that throws, or a context that does, costs no reply", () =>
    Effect.gen(function*() {
      const loops = always(() => {
        throw new Error("no")
      })
      const hostile = {
        get clientId(): string {
          throw new Error("no")
        },
        token: "t",
        scopes: []
      }
      for (const [options, request] of [[{ loops }, me], [{ loops: true }, { authInfo: hostile }]] as const) {
        const handler = Handler.make(missing, { runtime: Context.make(Logger.CurrentLoggers, new Set()), ...options })
        const result = yield* Effect.promise(() => Promise.resolve(handler({ id: "1" }, request)))
        expect(second(result)).toBe("Error: not_found (permanent). Do not retry with the same arguments.")
      }
    }))

  it.effect("that answers with what is no error of ours lets the call run", () =>
    Effect.gen(function*() {
      const handler = Handler.make(missing, {
        runtime: Context.make(Logger.CurrentLoggers, new Set()),
        loops: always(() => ({ answer: "anything" }))
      })
      const result = yield* Effect.promise(() => Promise.resolve(handler({ id: "1" }, me)))
      expect(Meta.problem(result._meta)?.details).toEqual({ resource: "User", id: "1" })
    }))

  it.effect("answers calls also where their host adds arguments of its own", () =>
    Effect.gen(function*() {
      let runs = 0
      const counted = Tool.handle(get, ({ id }) =>
        Effect.suspend(() => {
          runs++
          return Effect.fail(new Errors.NotFound({ resource: "User", id }))
        }))
      const call = yield* bind([counted], { loops: { answers: true } })
      for (let i = 0; i < 5; i++) yield* call("get", { id: "7", wait_for_previous: i % 2 === 0 })
      expect(runs).toBe(3)
    }).pipe(withStore))
})

describe("existing code", () => {
  const failing = (options: object) =>
    wrapHandler(async (_args: unknown, _extra: unknown) => {
      throw Object.assign(new Error("User not found"), { status: 404 })
    }, { logsCalls: false, ...options })
  const extra = { signal: new AbortController().signal, sessionId: "me" }

  it("is counted only where that is asked for", async () => {
    const off = failing({})
    const on = failing({ loops: true })
    for (let i = 0; i < 2; i++) await Promise.all([off({ id: "1" }, extra), on({ id: "1" }, extra)])
    expect(told(await off({ id: "1" }, extra))).toBeUndefined()
    expect(told(await on({ id: "1" }, extra))).toBeDefined()
    expect(told(await on({ id: "2" }, extra))).toBeUndefined()
  })

  it("is counted where it returns its failure too, beside its own words", async () => {
    const on = wrapHandler(
      async (_args: unknown, _extra: unknown) => ({ isError: true, content: [{ type: "text", text: "No such user" }] }),
      { logsCalls: false, loops: true, classify: () => new Errors.NotFound({ resource: "User" }) }
    )
    for (let i = 0; i < 2; i++) await on({ id: "1" }, extra)
    const [block] = (await on({ id: "1" }, extra)).content
    expect(block).toMatchObject({
      text: expect.stringMatching(/^No such user\nError: .* This is the third identical failure of this call\.\n/)
    })
  })
})
