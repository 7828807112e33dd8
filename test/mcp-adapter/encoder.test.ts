/** A problem in the forms that others know: written, read, bounded, and never more than is asked for. */
import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as ErrorType from "@errata/core/ErrorType"
import * as Problem from "@errata/core/Problem"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Client from "@errata/mcp-adapter/Client"
import * as Encoder from "@errata/mcp-adapter/Encoder"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { anyHostile, runs, seeded, type Source } from "../core/support/arbitraries.ts"

const silent = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())

const few = runs(300)
const key = "io.modelcontextprotocol/toolFailure"
const both = { encodings: ["tool-failure", "problem+json"] } as const

const safeties = ["read", "idempotent", "keyed", "once", "undeclared"] as const

/** Makes an error of any stock class, with any guidance. */
const errorOf = (from: Source): ToolError.Any => {
  const text = () => from.pick(["Document", "a b", "7", "üñí", "x".repeat(300), "<b>"])
  const seconds = from.pick([undefined, 0, 1.5, 60, 90_000])
  const hint = seconds === undefined ? {} : { retry_after_seconds: seconds }
  const error: ToolError.Any = from.pick([
    () => new Errors.NotFound({ resource: text(), id: text() }),
    () => new Errors.InvalidArguments({ issues: [{ path: ["items", 2, text()], message: text(), expected: text() }] }),
    () => new Errors.PermissionDenied({ action: text(), resource: text() }),
    () => new Errors.Unauthenticated({ service: text() }),
    () => new Errors.RateLimited({ service: text(), ...hint }),
    () => new Errors.Unavailable({ service: text(), status_code: 503, ...hint }),
    () => new Errors.QuotaExhausted({ service: text() }),
    () => new Errors.Unsupported({ feature: text(), supported: [text()] }),
    () => new Errors.OutcomeUnknown({ operation: text() }),
    () => new Errors.Conflict({ resource: text() }),
    () => new Errors.InternalError()
  ])()
  return from.chance(50) ? error : ToolError.withGuidance(error, {
    suggestion: text(),
    similarMatches: [text()],
    steps: [{
      action: "List",
      tool: "list",
      parameters: { a: [1, { b: text() }] },
      fill: ["c"],
      options: [{ action: text() }]
    }]
  })
}

const problems = seeded((from): Problem.Problem =>
  Problem.describe(errorOf(from), {
    safety: from.pick(safeties),
    started: from.chance(80),
    referenceId: "5f3c9a1e" as ReferenceId,
    attempts: from.int(4),
    ...from.chance(30) ? { stopped: "exhausted" as const, maxAttempts: 4 } : {}
  }).problem
)

const overTheWire = <A>(value: A): A => JSON.parse(JSON.stringify(value)) as A

describe("problem details", () => {
  const encoder = Encoder.problemDetails()

  it.prop("are read back as the problem that was written", [problems], ([problem]) => {
    const written = overTheWire(encoder.encode(problem, {}))
    expect(encoder.decode(written)).toEqual(overTheWire(problem))
    expect(written).toMatchObject({
      type: `urn:errata:${problem.type}`,
      title: ErrorType.stock[problem.type as ErrorType.StockName].title,
      detail: problem.message
    })
    const { status } = written as { readonly status: number }
    expect(status >= 400 && status <= 599).toBe(true)
  }, few)

  it.prop("minimal hold no sentence, and what a minimal problem holds", [problems], ([problem]) => {
    const written = overTheWire(encoder.encode(problem, { detail: "minimal", advice: "Do it." }))
    expect(Object.keys(written).toSorted()).toEqual(
      ["category", "error", "instance", "reference_id", "retry", "status", "title", "type"]
    )
    const { category, error, reference_id, retry, type } = problem
    expect(encoder.decode(written)).toMatchObject({ category, error, reference_id, retry: overTheWire(retry), type })
  }, few)

  it("have URIs of types below a base of the server's own", () => {
    const own = Encoder.problemDetails({ base: "https://example.com/errors/" })
    const problem = Problem.describe(new Errors.NotFound({ resource: "User" }), {
      safety: "read",
      started: true,
      referenceId: "5f3c9a1e" as ReferenceId
    }).problem
    const written = own.encode(problem, {})
    expect(written["type"]).toBe("https://example.com/errors/not_found")
    expect(own.decode(overTheWire(written))).toEqual(overTheWire(problem))
    expect(encoder.decode(overTheWire(written))).toMatchObject({ type: "not_found", error: "ProblemDetails" })
  })

  it("of somebody else are read by their status", () => {
    const of = (status: number, more: object = {}) =>
      encoder.decode({ type: "https://example.com/probs/out-of-credit", title: "Out of credit", status, ...more })
    expect(of(429)).toMatchObject({ type: "rate_limited", category: "transient", message: "Out of credit" })
    expect(of(503, { detail: "Down" })).toMatchObject({ type: "unavailable", category: "transient", message: "Down" })
    expect(of(400)).toMatchObject({ type: "invalid_arguments", category: "validation" })
    expect(of(410)).toMatchObject({ type: "not_found", category: "permanent" })
    expect(of(200)).toBeUndefined()
    expect(encoder.decode({ status: 404 })).toBeUndefined()
  })
})

describe("a ToolFailure", () => {
  const now = 1_700_000_000_000

  it.prop("keeps type, family, whether and when to retry, and the reference", [problems], ([problem]) => {
    const written = overTheWire(Encoder.toolFailure.encode(problem, { now, advice: "Do it." }))
    const read = Encoder.toolFailure.decode(written, { now })!
    expect(read).toMatchObject({
      type: problem.type,
      category: problem.category,
      reference_id: problem.reference_id,
      retry: { should_retry: problem.retry.should_retry }
    })
    if (problem.retry.should_retry && problem.retry.retry_after_seconds !== undefined) {
      expect(read.retry.retry_after_seconds).toBeCloseTo(problem.retry.retry_after_seconds, 2)
    }
    expect(Problem.Problem.fields).toBeDefined()
    expect(Schema.is(Problem.Problem)(read)).toBe(true)
  }, few)

  it.prop("is what the draft says", [problems], ([problem]) => {
    const written = overTheWire(Encoder.toolFailure.encode(problem, { now, advice: "Do it." })) as {
      readonly [name: string]: unknown
    }
    expect(["capability", "reliability", "governance"]).toContain(written["class"])
    expect(written["class"] === "reliability").toBe(problem.category === "transient")
    if (written["class"] !== "reliability") expect(written).not.toHaveProperty("retryable")
    if (written["retryable"] !== true) expect(written).not.toHaveProperty("retryNotBefore")
    expect(String(written["agentGuidance"]).length).toBeLessThanOrEqual(500)
    expect(Encoder.toolFailure.encode(problem, { detail: "minimal", advice: "Do it." })).not.toHaveProperty(
      "agentGuidance"
    )
  }, few)

  it("uses the names that the draft recommends", () => {
    const code = (error: ToolError.Any) => {
      const { problem } = Problem.describe(error, {
        safety: "read",
        started: true,
        referenceId: "5f3c9a1e" as ReferenceId
      })
      const { class: kind, code } = Encoder.toolFailure.encode(problem, {})
      return [kind, code]
    }
    expect(code(new Errors.NotFound({ resource: "x" }))).toEqual(["capability", "resource_not_found"])
    expect(code(new Errors.InvalidArguments({ issues: [] }))).toEqual(["capability", "invalid_input"])
    expect(code(new Errors.Unsupported({ feature: "x" }))).toEqual(["capability", "capability_unsupported"])
    expect(code(new Errors.Unauthenticated({ service: "x" }))).toEqual(["governance", "auth_required"])
    expect(code(new Errors.PermissionDenied({ action: "x", resource: "x" }))).toEqual([
      "governance",
      "permission_denied"
    ])
    expect(code(new Errors.QuotaExhausted({ service: "x" }))).toEqual(["governance", "quota_exhausted"])
    expect(code(new Errors.RateLimited({ service: "x" }))).toEqual(["reliability", "rate_limited"])
  })

  it("of another server is never taken for leave to repeat", () => {
    const read = (more: object) =>
      Encoder.toolFailure.decode({
        class: "reliability",
        code: "retryable_transient_error",
        correlationId: "c",
        ...more
      }, { now })
    expect(read({})).toMatchObject({ type: "unavailable", retry: { should_retry: false, reason: "undeclared_safety" } })
    expect(read({ retryable: true })).toMatchObject({ retry: { should_retry: true } })
    expect(read({ retryable: "true" })?.retry.should_retry).toBe(false)
    expect(read({ class: "governance", code: "policy_blocked", retryable: true })).toMatchObject({
      type: "permission_denied",
      category: "permanent",
      resolved_by: "user",
      retry: { should_retry: false }
    })
    expect(read({ retryable: true, retryNotBefore: now - 5 })?.retry.retry_after_seconds).toBe(0)
    expect(read({ retryable: true, retryNotBefore: 1e300 })?.retry.retry_after_seconds).toBe(86_400)
    expect(read({ retryable: true, retryNotBefore: Number.NaN })?.retry).toEqual({ should_retry: true })
  })
})

describe("reading", () => {
  it.prop("takes anything, and returns a problem or nothing", [anyHostile, anyHostile], ([value, inner]) => {
    const shapes = [
      value,
      { class: "capability", code: inner, correlationId: value },
      { class: value, code: "x", correlationId: "y" },
      { type: value, title: "t", status: 404, errors: inner, retry: value },
      {
        type: "urn:errata:not_found",
        title: "t",
        status: 404,
        category: value,
        reference_id: inner,
        retry: { should_retry: inner }
      }
    ]
    for (const encoder of [Encoder.toolFailure, Encoder.problemDetails()]) {
      for (const shape of shapes) {
        const read = encoder.decode(shape, { now: 0 })
        if (read !== undefined) expect(Schema.is(Problem.Problem)(read)).toBe(true)
      }
    }
    const tool = Tool.make("t", { description: "d" })
    for (const shape of shapes) {
      const meta = { [key]: shape, "errata/problem+json": shape }
      expect(() => Meta.problem(meta)).not.toThrow()
      expect(Result.isResult(Client.decode({ isError: true, content: [], _meta: meta }, tool))).toBe(true)
    }
  }, few)

  it("knows no names of objects, and bounds what it takes", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(Encoder.toolFailure.decode({ class: name, code: name, correlationId: "c" })).toBeUndefined()
      expect(Encoder.toolFailure.decode({ class: "capability", code: name, correlationId: "c" })?.type).toMatch(
        /^(constructor|toString|processing_error)$/
      )
    }
    const huge = "x".repeat(1_000_000)
    const read = Encoder.toolFailure.decode({
      class: "capability",
      code: huge,
      correlationId: huge,
      agentGuidance: huge
    })!
    expect(JSON.stringify(read).length).toBeLessThan(3_000)
    const details = Encoder.problemDetails().decode({
      type: "about:blank",
      title: huge,
      status: 404,
      reference_id: huge
    })!
    expect(JSON.stringify(details).length).toBeLessThan(2_000)
  })

  it("prefers Errata's own form, then the fuller one", () => {
    const failure = { class: "capability", code: "resource_not_found", correlationId: "f" }
    const details = {
      type: "urn:errata:conflict",
      title: "Conflict",
      status: 409,
      category: "permanent",
      error: "E",
      retry: { should_retry: false },
      reference_id: "d"
    }
    const own = {
      error: "O",
      type: "too_large",
      category: "permanent",
      message: "m",
      retry: { should_retry: false },
      reference_id: "o"
    }
    expect(Meta.problem({ [key]: failure })?.type).toBe("not_found")
    expect(Meta.problem({ [key]: failure, "errata/problem+json": details })?.type).toBe("conflict")
    expect(Meta.problem({ [key]: failure, "errata/problem+json": details, "errata/problem": own })?.type).toBe(
      "too_large"
    )
    expect(Meta.problem({ "shop/problem+json": details }, ["shop/"])?.type).toBe("conflict")
  })
})

describe("a reply", () => {
  const input = { id: Schema.String }
  const tool = Tool.make("get", {
    description: "d",
    input,
    output: { name: Schema.String },
    errors: [Errors.NotFound, Errors.RateLimited],
    safety: "read"
  })
  const failing = Tool.handle(tool, ({ id }) =>
    id === "busy"
      ? Effect.fail(new Errors.RateLimited({ service: "It", retry_after_seconds: 5 }))
      : id === "broken"
      ? Effect.die(new Error("secret"))
      : Effect.fail(new Errors.NotFound({ resource: "User", id })))
  const call = (args: unknown, options: Handler.Options = both) =>
    Effect.map(ToolTest.call(failing, args, options), ({ result }) => result)
  const failure = (result: CallToolResult) => result._meta?.[key] as { readonly [name: string]: unknown }

  it.effect("holds the forms that are asked for, and none otherwise", () =>
    Effect.gen(function*() {
      const none = yield* call({ id: "7" }, {})
      expect(Object.keys(none._meta!)).toEqual(["errata/problem"])
      const result = yield* call({ id: "7" })
      expect(Object.keys(result._meta!)).toEqual(["errata/problem", key, "errata/problem+json"])
      const { reference_id } = Meta.problem(result._meta)!
      expect(failure(result)).toEqual({
        class: "capability",
        code: "resource_not_found",
        correlationId: reference_id,
        agentGuidance: "Do not retry with the same arguments."
      })
      expect(result.content).toHaveLength(1)
    }))

  it.effect("says when to try again by the clock of the call", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_700_000_000_000)
      expect(failure(yield* call({ id: "busy" }))).toMatchObject({
        class: "reliability",
        code: "rate_limited",
        retryable: true,
        retryNotBefore: 1_700_000_005_000
      })
    }))

  it.effect("holds them whatever failed: arguments, defects, batches, and minimal ones", () =>
    Effect.gen(function*() {
      expect(failure(yield* call({}))).toMatchObject({ code: "invalid_input" })
      const broken = yield* call({ id: "broken" }, { ...both, logsCalls: false })
      expect(failure(broken)).toMatchObject({ class: "capability", code: "internal_error" })
      expect(JSON.stringify(broken)).not.toContain("secret")
      const minimal = yield* call({ id: "7" }, { ...both, meta: "minimal" })
      expect(failure(minimal)).not.toHaveProperty("agentGuidance")
      expect(minimal._meta?.["errata/problem+json"]).not.toHaveProperty("detail")
      expect(JSON.stringify(minimal._meta)).not.toContain("User")
      const all = Tool.make("all", { description: "d", output: Batch.Report(Schema.String), safety: "read" })
      const batch = Tool.handle(all, () =>
        Batch.forEach(["a"], () =>
          Effect.fail(new Errors.NotFound({ resource: "User" })) as Effect.Effect<string, Errors.NotFound>))
      const { result } = yield* ToolTest.call(batch, {}, both)
      expect(failure(result)).toMatchObject({ code: "batch_failed" })
    }).pipe(Effect.provideContext(silent)))

  it("holds them of existing code too, beside what it had", async () => {
    const handler = wrapHandler(
      async (_args: unknown, _extra: unknown) => ({
        isError: true,
        content: [{ type: "text", text: "No such user" }],
        _meta: { own: 1 }
      }),
      { logsCalls: false, ...both }
    )
    const result = await handler({}, {})
    expect(result._meta).toMatchObject({ own: 1, [key]: { correlationId: Meta.problem(result._meta)!.reference_id } })
  })

  it("does without a form whose encoder throws, and refuses a name that none has", async () => {
    const broken: Encoder.Encoder = {
      ...Encoder.toolFailure,
      keyOf: () => "broken",
      encode: () => {
        throw new Error("no")
      }
    }
    const own: Encoder.Encoder = { ...broken, keyOf: (prefix) => `${prefix}own`, encode: ({ type }) => ({ type }) }
    const result = await Effect.runPromise(call({ id: "7" }, { encodings: [broken, own], metaPrefix: "shop/" }))
    expect(result._meta).toMatchObject({ "shop/own": { type: "not_found" } })
    expect(result._meta).not.toHaveProperty("broken")
    expect(() => Handler.make(failing, { encodings: ["toolFailure" as never] })).toThrow(TypeError)
  })
})

describe("a client", () => {
  const tool = Tool.make("get", { description: "d", errors: [Errors.NotFound], safety: "read" })
  const decode = (_meta: object, text = "It went wrong") =>
    Client.decode({ isError: true, content: [{ type: "text", text }], _meta: _meta as never }, tool, { now: 1000 })

  it("reads a ToolFailure of a server that knows nothing of Errata, with its words", () => {
    const decoded = decode({
      [key]: { class: "reliability", code: "x_busy", retryable: true, retryNotBefore: 3000, correlationId: "c-1" }
    })
    expect(Result.isFailure(decoded) && ToolError.isTransient(decoded.failure)).toBe(true)
    expect(Result.isFailure(decoded) && Client.problem(decoded.failure)).toMatchObject({
      type: "x_busy",
      message: "It went wrong",
      reference_id: "c-1",
      retry: { should_retry: true, retry_after_seconds: 2 }
    })
  })

  it("rebuilds a declared error from problem details", () => {
    const { problem } = Problem.describe(new Errors.NotFound({ resource: "User", id: "7" }), {
      safety: "read",
      started: true,
      referenceId: "5f3c9a1e" as ReferenceId
    })
    const decoded = decode({ "errata/problem+json": Encoder.problemDetails().encode(problem, {}) })
    expect(Result.isFailure(decoded) && decoded.failure).toBeInstanceOf(Errors.NotFound)
    const body = JSON.stringify(Encoder.problemDetails().encode(problem, {}))
    const written = decode({}, body)
    expect(Result.isFailure(written) && written.failure).toBeInstanceOf(Errors.NotFound)
  })

  it("takes neither for a failure in a result that succeeded", () => {
    const failure = { class: "capability", code: "x", correlationId: "c" }
    expect(Result.isSuccess(Client.decode({ content: [], _meta: { [key]: failure } as never }, tool))).toBe(true)
  })
})
