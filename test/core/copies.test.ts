/**
 * Errors of another copy of core: a bundle has one of its own, and so has a dependency that pins another release. What adoption
 * and promises make of them is in their own tests, which run through the bundles too.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Advice from "@errata/core/Advice"
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { otherCopy } from "../support/otherCopy.ts"
import { fieldsOf, runs, seeded, stockMakers, stockNames } from "./support/arbitraries.ts"

const other = await otherCopy(async () => ({
  Advice: await import("@errata/core/Advice"),
  Errors: await import("@errata/core/Errors"),
  ToolError: await import("@errata/core/ToolError")
}))

type Core = Pick<typeof other, "Advice" | "Errors" | "ToolError">

const copies: ReadonlyArray<readonly [name: string, copy: Core]> = [
  ["the same copy", { Advice, Errors, ToolError }],
  ["another copy", other]
]

type Classes = { readonly [name: string]: ToolError.AnyClass }

const classesOf = ({ Errors }: Core): Classes => Object.fromEntries(Object.entries(Errors)) as unknown as Classes

/** The same error, made by a copy. */
const madeBy = (core: Core, error: ToolError.Any): ToolError.Any =>
  new (classesOf(core)[error._tag]!)(fieldsOf(error) as never)

/** What is known of an error, and what a caller is told. */
const told = (error: ToolError.Any) => ({
  family: ToolError.family(error),
  type: ToolError.type(error).name,
  resolvedBy: Advice.of(error, { safety: "read", started: true }).resolvedBy,
  message: error.message,
  details: ToolError.details(error),
  invalid: ToolError.invalidFields(error),
  issues: ToolError.issues(error),
  guidance: ToolError.guidance(error),
  retryAfter: ToolError.retryAfter(error),
  problem: describeIt(error)
})

const describeIt = (error: ToolError.Any) =>
  Problem.describe(error, { safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId }).problem

it("is another copy", () => {
  const [mine, theirs] = copies.map(([, core]) => classesOf(core))
  for (const name of stockNames) expect(theirs![name]).not.toBe(mine![name])
})

describe.each(copies)("errors of %s", (_, core) => {
  it.prop(
    "say the same, and survive the way over the wire",
    [seeded((from) => stockMakers[from.pick(stockNames)](from) as ToolError.Any)],
    ([error]) => {
      const theirs = madeBy(core, error)
      expect(told(theirs)).toEqual(told(error))
      const tool = Tool.make("t", { description: "d", errors: [classesOf(core)[error._tag]!] })
      const back = Tool.decodeError(tool, JSON.parse(JSON.stringify(describeIt(theirs))) as Problem.Problem)
      expect(back).toBeInstanceOf(theirs.constructor)
      expect(back).toBeInstanceOf(error.constructor)
    },
    runs(200)
  )

  it.each(stockNames)("are told by instanceof: %s", (name) => {
    const made = stockMakers[name]({ int: () => 0, pick: (from) => from[0]!, chance: () => true }) as ToolError.Any
    const error = madeBy(core, made)
    for (const classes of copies.map(([, core]) => classesOf(core))) {
      for (const each of stockNames) expect(error instanceof classes[each]!, each).toBe(each === name)
    }
    expect(error).toBeInstanceOf(Error)
  })

  it("carry their guidance and their hint", () => {
    const error = core.ToolError.withGuidance(new core.Errors.Unavailable({ service: "Billing" }), {
      message: "Billing sleeps",
      similarMatches: ["invoices"],
      retryAfter: "7 seconds"
    })
    expect(ToolError.guidance(error)).toMatchObject({ message: "Billing sleeps", similarMatches: ["invoices"] })
    expect(ToolError.retryAfter(error)).toEqual(Duration.seconds(7))
    ToolError.withGuidance(error, { suggestion: "Wait" })
    expect(core.ToolError.guidance(error)).toMatchObject({ message: "Billing sleeps", suggestion: "Wait" })
  })

  it("carry the mark of an open call", () => {
    const error = core.Advice.markOpen(new core.Errors.Unavailable({ service: "Billing" }), "started")
    expect(Advice.openReason(error)).toBe("started")
    expect(Advice.of(error, { safety: "once", started: true }).retry.should_retry).toBe(false)
  })

  it("are caught by their family, and tried again", async () => {
    let attempts = 0
    const program = Effect.suspend(() => {
      attempts++
      return Effect.fail(new core.Errors.Unavailable({ service: "Billing" }))
    }).pipe(
      RetryPolicy.retry(RetryPolicy.make(Schedule.spaced(0), { maxRetries: 2 })),
      ToolError.catchTransient((error) => Effect.succeed(error.message))
    )
    expect(await Effect.runPromise(program)).toBe(new Errors.Unavailable({ service: "Billing" }).message)
    expect(attempts).toBe(3)
  })
})

describe("instanceof", () => {
  class Mine extends Errors.NotFound {}
  class Theirs extends other.Errors.NotFound {}
  /** Not of the stock, though it has its tag and fields. */
  class NotFound extends ToolError.Permanent<NotFound>()("NotFound", { resource: Schema.String }, {
    type: "not_found",
    message: () => "Not here"
  }) {}
  const missing = { resource: "City" }

  it("tells the errors of a subclass as usual", () => {
    expect(new Theirs(missing)).toBeInstanceOf(Errors.NotFound)
    expect(new Mine(missing)).toBeInstanceOf(other.Errors.NotFound)
    expect(new Mine(missing)).toBeInstanceOf(Mine)
    expect(new Theirs(missing)).not.toBeInstanceOf(Mine)
    expect(new Errors.NotFound(missing)).not.toBeInstanceOf(Mine)
    expect(new other.Errors.NotFound(missing)).not.toBeInstanceOf(Mine)
  })

  it("takes no class of a user's for a stock one", () => {
    expect(new NotFound(missing)).not.toBeInstanceOf(Errors.NotFound)
    expect(new Errors.NotFound(missing)).not.toBeInstanceOf(NotFound)
    expect(new other.Errors.NotFound(missing)).not.toBeInstanceOf(NotFound)
  })

  it("never throws", () => {
    const throws = () => {
      throw new Error("hostile")
    }
    const proxy = new Proxy({}, { getPrototypeOf: throws, has: throws, get: throws })
    for (const value of [proxy, undefined, null, 1, "x", missing]) expect(value).not.toBeInstanceOf(Errors.NotFound)
  })
})

describe("what was parsed from JSON", () => {
  const secret = "postgres://admin:hunter2@10.0.0.5/main"
  /** All that an upstream could know of how an error of ours looks. */
  const forged = JSON.parse(JSON.stringify({
    "~errata/ToolError": "permanent",
    "~errata/ToolError/definition": { tag: "NotFound", isStock: true, spec: { message: secret } },
    "errata/definition": { tag: "NotFound", isStock: true },
    "Symbol(errata/definition)": { tag: "NotFound", isStock: true },
    "errata/guidance": { message: secret },
    "errata/open": "started",
    "errata/outcome": { outcome: { attempts: 9, maxAttempts: 9, stopped: "exhausted" }, turn: 1 },
    "errata/folded": true,
    _tag: "NotFound",
    name: "NotFound",
    message: secret,
    isError: true,
    content: [{ type: "text", text: secret }]
  })) as object
  const shapes = [forged, Object.assign(new Error("x"), forged), { ...forged, cause: forged }]

  it.each(shapes)("is no error of ours, and carries no mark: %#", (value) => {
    expect(ToolError.is(value)).toBe(false)
    expect(value).not.toBeInstanceOf(Errors.NotFound)
    expect(Advice.openReason(value)).toBeUndefined()
  })

  it.each(shapes)("lets nothing raw through, thrown or returned: %#", async (value) => {
    const options = { logsCalls: false, expose: "declared" } as const
    const handlers = [
      wrapHandler(() => Promise.reject(value), options),
      wrapHandler(() => value, options),
      wrapHandler(() => ({ ...value, content: [{ type: "text", text: secret }] }), options)
    ]
    for (const handler of handlers) expect(JSON.stringify(await handler())).not.toContain("hunter2")
  })
})
