/** Calls that are made of others: what may be repeated inside may stand in a tool that may not. */
import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import { forEach } from "@errata/core/promise"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

const limited = () => new Errors.RateLimited({ service: "The mail", retry_after_seconds: 5 })
const quiet = { logsCalls: false } as const

const textOf = (result: CallToolResult): string => JSON.stringify(result.content)

/** Nothing in a reply may be read as a call to do the same again. */
const neverRepeats = (result: CallToolResult): void => {
  expect(result.isError).toBe(true)
  const problem = Meta.problem(result._meta)
  expect(problem?.retry.should_retry).toBe(false)
  // what another server said is quoted
  const own = result.content.map((block) => block.type === "text" ? block.text.replace(/^\| .*$/gm, "") : "")
  const said = `${own.join("\n")}${JSON.stringify(result.structuredContent)}`
  expect(said).not.toMatch(/Retry (?:after|later)|"should_retry":true|Call again|retry_keys"?: ?\[[^\]]/)
}

describe("a handler that was wrapped, inside a tool that may not be repeated", () => {
  const inner = wrapHandler(async (_args: unknown, _extra: unknown) => {
    throw Object.assign(new Error("slow down"), { status: 429 })
  }, { ...quiet, safety: "read" })

  it.each(["once", undefined] as const)("is told under the safety of the whole: %s", async (safety) => {
    let charges = 0
    const outer = wrapHandler(async (_args: unknown, _extra: unknown) => {
      charges++
      return inner({}, {})
    }, { ...quiet, safety })
    neverRepeats(await outer({}, {}))
    expect(charges).toBe(1)
  })

  it.each(["read", "idempotent", "keyed"] as const)(
    "keeps its reply in a tool that may be repeated: %s",
    async (safety) => {
      let reply: unknown
      const outer = wrapHandler(async (_args: unknown, _extra: unknown) => reply = await inner({}, {}), {
        ...quiet,
        safety
      })
      expect(await outer({}, {})).toEqual(reply)
    }
  )

  it("keeps its reply in a tool of the same safety", async () => {
    const once = wrapHandler(async (_args: unknown, _extra: unknown) => Promise.reject(limited()), {
      ...quiet,
      safety: "once"
    })
    let reply: unknown
    const outer = wrapHandler(async (_args: unknown, _extra: unknown) => reply = await once({}, {}), {
      ...quiet,
      safety: "once"
    })
    expect(await outer({}, {})).toEqual(reply)
    neverRepeats(reply as CallToolResult)
  })
})

const upstream = Tool.make("upstream", { description: "Mails", safety: "read", errors: [Errors.RateLimited] })
const mails = Tool.make("mails", {
  description: "Mails",
  safety: "read",
  errors: [Errors.RateLimited],
  output: Batch.Report(Schema.Void)
})

/** What arrives from another process. */
const overTheWire = async (reply: CallToolResult | Promise<CallToolResult>): Promise<CallToolResult> =>
  JSON.parse(JSON.stringify(await reply)) as CallToolResult

const refusing = Tool.handle(upstream, () => Effect.fail(limited()))
const batch = Tool.handle(mails, () => Batch.forEach(["a", "b"], () => Effect.fail(limited()), { key: (key) => key }))

const replies = {
  "as text": () => Handler.make(refusing, quiet)({}),
  "with structured errors": () => Handler.make(refusing, { ...quiet, structuredErrors: true })({}),
  "as JSON": () => Handler.make(refusing, { ...quiet, render: "json" })({}),
  "as a failed batch": () => Handler.make(batch, quiet)({}),
  "as a failed batch in JSON": () => Handler.make(batch, { ...quiet, render: "json" })({})
}

describe("the failure of another server, passed on by a tool that may not be repeated", () => {
  it.each(Object.entries(replies))("advises nothing of its own: %s", async (_, reply) => {
    const arrived = await overTheWire(reply())
    for (const safety of ["once", undefined] as const) {
      const passed = await wrapHandler(async (_args: unknown, _extra: unknown) => arrived, { ...quiet, safety })({}, {})
      neverRepeats(passed)
      expect(textOf(passed)).toContain("The mail")
    }
  })

  it.each([
    ["in a resource", (json: string) => ({ type: "resource", resource: { uri: "errors:1", text: json } })],
    ["below a sentence", (json: string) => ({ type: "text", text: `It said:\n${json}` })],
    ["over several lines", (json: string) => ({ type: "text", text: JSON.stringify(JSON.parse(json), null, 2) })],
    ["in an envelope", (json: string) => ({ type: "text", text: `{"error":${json}}` })]
  ])("advises nothing of its own where a problem is written %s", async (_, write) => {
    const arrived = await overTheWire(replies["as JSON"]())
    const [block] = arrived.content
    const json = block?.type === "text" ? block.text.slice(block.text.indexOf("\n") + 1) : ""
    const reply = { ...arrived, content: [write(json)] }
    const passed = await wrapHandler(async (_args: unknown, _extra: unknown) => reply, { ...quiet, safety: "once" })(
      {},
      {}
    )
    expect(JSON.stringify(passed.content)).toContain("The mail")
    expect(JSON.stringify(passed.content)).not.toMatch(/Retry after|should_retry\\*":true/)
  })

  it.each(Object.entries(replies))("stays as it is in a tool that may be repeated: %s", async (_, reply) => {
    const arrived = await overTheWire(reply())
    const passed = await wrapHandler(async (_args: unknown, _extra: unknown) => arrived, { ...quiet, safety: "read" })(
      {},
      {}
    )
    expect(passed.structuredContent).toEqual(arrived.structuredContent)
    expect(Meta.problem(passed._meta)?.retry.should_retry).toBe(true)
  })
})

describe("guidance on a call that may have taken effect", () => {
  const guided = () =>
    ToolError.withGuidance(limited(), {
      suggestion: "Call again in 3 s",
      steps: [
        { action: "Call again", tool: "pay", parameters: {} },
        { action: "Look whether it was paid", tool: "list_payments", parameters: {} }
      ]
    })
  const pay = (safety: "once" | "idempotent") =>
    Tool.handle(
      Tool.make("pay", { description: "Pays", safety, errors: [Errors.RateLimited] }) as Tool.Any,
      (() => Effect.fail(guided())) as never
    ) as unknown as Tool.Handled

  it("says nothing of calling the tool again, and keeps the other steps", async () => {
    const result = await Handler.make(pay("once"), quiet)({})
    neverRepeats(result)
    expect(textOf(result)).not.toContain("in 3 s")
    expect(Meta.problem(result._meta)?.recovery_steps).toMatchObject([{ step: 1, tool: "list_payments" }])
  })

  it("stays whole where the call may be repeated", async () => {
    const problem = Meta.problem((await Handler.make(pay("idempotent"), quiet)({}))._meta)
    expect(problem?.suggestion).toBe("Call again in 3 s")
    expect(problem?.recovery_steps).toHaveLength(2)
  })
})

type Mailed = Batch.Batch<void, Errors.RateLimited | Batch.RunError>

describe("an effect beside the items of a batch", () => {
  const payAndMail = Tool.make("pay_and_mail", {
    description: "Pays, and mails.",
    safety: "once",
    effects: "marked",
    input: { keys: Schema.Array(Schema.String) },
    output: Batch.Report(Schema.Void),
    errors: [Errors.RateLimited]
  })

  const ledger = () => ({ debits: 0, mails: new Map<string, number>() })

  const served = (
    done: ReturnType<typeof ledger>,
    isDown: (key: string) => boolean,
    debits: (
      mailing: Effect.Effect<Mailed>,
      debit: Effect.Effect<void>
    ) => Effect.Effect<
      Mailed
    >
  ) =>
    Handler.make(
      Tool.handle(payAndMail, ({ keys }) => {
        const debit = ToolCall.irreversible(Effect.sync(() => void done.debits++), { name: "debit" })
        const mail = (key: string) =>
          isDown(key)
            ? Effect.fail(limited())
            : ToolCall.irreversible(Effect.sync(() => {
              done.mails.set(key, (done.mails.get(key) ?? 0) + 1)
            }))
        return debits(Batch.forEach(keys, mail, { key: (key) => key }), debit)
      }),
      quiet
    )

  const obeyed = async (
    handler: (args: unknown) => CallToolResult | Promise<CallToolResult>,
    keys: ReadonlyArray<string>
  ) => {
    const first = await handler({ keys })
    const report = first.structuredContent as unknown as Batch.ReportOf<void>
    if (report.error_summary.retry_keys.length > 0) await handler({ keys: report.error_summary.retry_keys })
    return first
  }

  it.each([
    ["before them", (mailing, debit) => Effect.andThen(debit, mailing)],
    ["after them", (mailing, debit) => Effect.tap(mailing, () => debit)],
    [
      "around them, in a policy",
      (mailing, debit) =>
        RetryPolicy.retry(Effect.andThen(debit, mailing), RetryPolicy.make(Schedule.recurs(1), { maxRetries: 1 }))
    ]
  ] as ReadonlyArray<readonly [string, Parameters<typeof served>[2]]>)(
    "is not done again by a caller who obeys: %s",
    async (_, debits) => {
      for (const down of [["b"], ["a", "b"]]) {
        const done = ledger()
        const first = await obeyed(served(done, (key) => down.includes(key), debits), ["a", "b"])
        expect(done.debits).toBe(1)
        const report = first.structuredContent as unknown as Batch.ReportOf<void>
        expect(report.error_summary.retry_keys).toEqual([])
        expect(report.error_summary.suggestion).toBe(
          "The call did more than its items: check what took effect before calling again."
        )
        expect(report.advice).toBe("Do not retry: the call may have taken effect. Check first.")
        expect(textOf(first)).not.toContain("Call again with")
      }
    }
  )

  it("says nothing where the items are all there is", async () => {
    const done = ledger()
    const handler = served(done, (key) => key === "b" && done.mails.size < 1, (mailing) => mailing)
    const first = await obeyed(handler, ["b", "a"])
    const report = first.structuredContent as unknown as Batch.ReportOf<void>
    expect(report.error_summary.retry_keys).toEqual(["b"])
    expect(Object.fromEntries(done.mails)).toEqual({ a: 1, b: 1 })
  })
})

describe("a batch in a tool whose safety is undeclared", () => {
  const failing = (count: number) =>
    wrapHandler(
      async () =>
        forEach(Array.from({ length: count }, (_, i) => `k${i}`), () => {
          throw Object.assign(new Error("down"), { status: 503 })
        }, { service: "The mail" }),
      quiet
    )

  it.each([1, 2, 400])("advises a check, and no repeat: %d items", async (count) => {
    const result = (await failing(count)()) as CallToolResult
    neverRepeats(result)
    const report = result.structuredContent as unknown as Batch.ReportOf<void>
    expect(report.error_summary).toMatchObject({ retry_keys: [], recoverable_count: 0 })
    expect(report.error_summary.suggestion).toMatch(
      /failed temporarily, and may have taken effect: check before calling again\.$/
    )
    expect(report.note).not.toContain("to retry")
    expect(textOf(result)).toContain("Check whether it took effect before calling again.")
    expect(Meta.problem(result._meta)?.retry).toMatchObject({ should_retry: false, reason: "undeclared_safety" })
  })
})
