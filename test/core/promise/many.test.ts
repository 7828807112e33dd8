/** Batches, answers in parts and dependencies, outside of any call. */
import * as Errors from "@errata/core/Errors"
import { forDependency, forEach, parts, retry, RetryPolicy } from "@errata/core/promise"
import { inspect } from "node:util"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { fakeTime } from "../../support/fakeTime.ts"
import { otherCopy } from "../../support/otherCopy.ts"
import { takeStderr } from "../../support/stderr.ts"
import { down } from "./support/played.ts"

const lines: Array<Record<string, unknown>> = []
let undo: ReadonlyArray<() => void> = []
beforeEach(() => {
  lines.length = 0
  undo = [takeStderr((line) => lines.push(JSON.parse(line) as Record<string, unknown>))]
})
afterEach(() => undo.forEach((undo) => undo()))
const withFakeTime = () => {
  undo = [fakeTime(), ...undo]
}

const rejection = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (failure) {
    return failure
  }
  throw new Error("It did not reject")
}

const never = () => new Promise<never>(() => undefined)

describe("forEach", () => {
  it("reports what became of each, in input order, with what was thrown as a tool error", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })
    const batch = await forEach(["a", "b", "c"], (id) => {
      if (id === "b") throw refused
      return Promise.resolve(id.toUpperCase())
    }, { service: "Billing", safety: "read" })
    expect(batch).toMatchObject({ status: "partial", total: 3, succeeded: 2, failed: 1, notAttempted: 0 })
    expect(batch.results).toEqual([{ index: 0, key: "a", value: "A" }, { index: 2, key: "c", value: "C" }])
    expect(batch.failures).toMatchObject([{
      index: 1,
      key: "b",
      error: { message: "No connection to Billing: refused" }
    }])
    expect(batch.failures[0]!.error).toMatchObject({ cause: refused })
    expect(batch.report({ view: "summary" })).toMatchObject({
      results: [],
      errors: [],
      error_summary: { retry_keys: ["b"] }
    })
    expect(JSON.parse(JSON.stringify(batch))).toEqual(JSON.parse(JSON.stringify(batch.report())))
  })

  it("tells an item which it is, and in which attempt; and each attempt has a signal of its own", async () => {
    const seen: Array<unknown> = []
    const signals = new Set<AbortSignal>()
    await forEach([{ id: 7 }], (item, signal, { attempt, index, key }) => {
      signals.add(signal)
      seen.push([item.id, index, key, attempt])
      if (attempt < 3) throw down(0)
    }, { key: ({ id }) => `#${id}`, retry: RetryPolicy.make({ maxRetries: 2, delay: 0 }), safety: "idempotent" })
    expect(seen).toEqual([[7, 0, "#7", 1], [7, 0, "#7", 2], [7, 0, "#7", 3]])
    expect(signals.size).toBe(3)
  })

  it.each([
    ["an iterable", new Set(["a", "b"])],
    [
      "an async iterable",
      (async function*() {
        yield "a"
        yield "b"
      })()
    ]
  ])("takes items from %s", async (_, items) => {
    const { results } = await forEach(items, (id) => id)
    expect(results.map(({ value }) => value)).toEqual(["a", "b"])
  })

  it.each([undefined, null, "no", new TypeError("x is not a function"), Object.freeze({})])(
    "masks what nobody knows (%s), costs that item, and logs it",
    async (failure) => {
      const batch = await forEach(["a", "b"], (id) => {
        if (id === "a") throw failure
        return id
      })
      expect(batch).toMatchObject({ succeeded: 1, failures: [{ key: "a", error: { _tag: "InternalError" } }] })
      expect(lines).toMatchObject([{ level: "Error", message: "an item failed unexpectedly", item: "a" }])
    }
  )

  it("logs no secrets, and nothing to stdout", async () => {
    const stdout = vi.spyOn(process.stdout, "write")
    const log = vi.spyOn(console, "log")
    await forEach(["a"], () => {
      throw new TypeError("postgres://admin:hunter2@db is not a function")
    })
    expect([stdout.mock.calls.length, log.mock.calls.length]).toEqual([0, 0])
    expect(JSON.stringify(lines)).toContain("is not a function")
    expect(JSON.stringify(lines)).not.toContain("hunter2")
  })

  it("rejects with the reason of its signal, aborts what runs, and begins nothing more", async () => {
    const controller = new AbortController()
    const seen: Array<AbortSignal> = []
    const done = forEach(Array.from({ length: 10 }, String), (_, signal) => {
      seen.push(signal)
      return never()
    }, { concurrency: 3, signal: controller.signal })
    await vi.waitFor(() => expect(seen).toHaveLength(3))
    controller.abort("enough")
    expect(await rejection(done)).toBe("enough")
    expect(seen.map(({ aborted }) => aborted)).toEqual([true, true, true])
  })

  it("rejects what makes no sense", async () => {
    expect(await rejection(forEach(["a"], (id) => id, { concurrency: 0 }))).toBeInstanceOf(RangeError)
    expect(await rejection(forEach(["a"], Promise.resolve() as never))).toBeInstanceOf(TypeError)
    expect(await rejection(forEach(["a"], (id) => id, { retry: {} as never }))).toBeInstanceOf(TypeError)
  })

  it("gives an item its time, and lets a retry inside keep to it", async () => {
    withFakeTime()
    const request = vi.fn(() => {
      throw down(60)
    })
    const done = forEach(["a", "b"], (id) => id === "a" ? retry(request, RetryPolicy.patient) : never(), {
      timeout: "5 seconds",
      safety: "read"
    })
    await vi.advanceTimersByTimeAsync(5_000)
    const { failures } = await done
    expect(failures.map(({ error }) => error._tag)).toEqual(["Unavailable", "Timeout"])
    expect(request).toHaveBeenCalledTimes(1) // to wait for a minute would be in vain
  })
})

describe("parts", () => {
  it("answers with what is there, and with a last good value for what failed temporarily", async () => {
    const answer = await parts({
      required: { current: () => 21, city: async () => "Oslo" },
      optional: {
        forecast: {
          fetch: async (): Promise<string> => {
            throw down()
          },
          impact: "no outlook",
          cached: async () => ({ value: "sunny", age: "90 seconds" })
        },
        alerts: {
          fetch: (): string => {
            throw new Error("a bug")
          },
          impact: "no alerts",
          cached: () => ({ value: "none", age: 1 })
        },
        news: undefined
      }
    })
    expect(answer).toEqual({
      data: { current: 21, city: "Oslo", forecast: "sunny" },
      degraded: true,
      warnings: [
        {
          component: "forecast",
          reason: "unavailable: It is unavailable",
          impact: "The value is 90 s old and may have changed since",
          stale_seconds: 90
        },
        { component: "alerts", reason: "internal_error: alerts failed unexpectedly", impact: "no alerts" }
      ],
      metadata: { components_requested: 4, components_returned: 3, completeness: 0.75 }
    })
  })

  it("rejects with the error of a required part, or with what it threw, and aborts the others", async () => {
    let seen: AbortSignal | undefined
    const optional = {
      slow: {
        fetch: (signal: AbortSignal) => {
          seen = signal
          return never()
        },
        impact: "slow"
      }
    }
    const missing = new Errors.NotFound({ resource: "City" })
    const fail = (failure: unknown) => async () => {
      await new Promise((resolve) => setImmediate(resolve))
      throw failure
    }
    expect(await rejection(parts({ required: { city: fail(missing) }, optional }))).toBe(missing)
    expect(seen?.aborted).toBe(true)
    const bug = new TypeError("a bug")
    expect(await rejection(parts({ required: { city: fail(bug) }, optional }))).toBe(bug)
  })

  it("refuses a part that is both, or whose work is none", async () => {
    const both = { required: { a: () => 1 }, optional: { a: { fetch: () => 1, impact: "a" } } }
    expect(await rejection(parts(both as never))).toEqual(new TypeError("The part \"a\" is both required and optional"))
    expect(await rejection(parts({ required: { a: Promise.resolve(1) as never }, optional: {} }))).toBeInstanceOf(
      TypeError
    )
  })
})

describe("forDependency", () => {
  it("bounds attempts and the whole, and aborts what hangs", async () => {
    withFakeTime()
    const seen: Array<AbortSignal> = []
    const billing = forDependency({
      service: "Billing",
      timeout: "5 seconds",
      attemptTimeout: "2 seconds",
      retry: RetryPolicy.make({ delay: 0 })
    })
    const done = rejection(billing((signal) => {
      seen.push(signal)
      return never()
    }))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await done).toMatchObject({ _tag: "Timeout", message: "Billing took longer than 5 s" })
    expect(seen.map(({ aborted }) => aborted)).toEqual([true, true, true])
  })

  it("opens its circuit, refuses what is too much at once, and what is too much in a time", async () => {
    const service = "Billing"
    const broken = forDependency({ service, retry: RetryPolicy.none, breaker: { failures: 1 } })
    await rejection(broken(() => {
      throw down()
    }))
    const work = vi.fn()
    expect(await rejection(broken(work))).toBeInstanceOf(Errors.CircuitOpen)
    expect(work).not.toHaveBeenCalled()

    const narrow = forDependency({ service, bulkhead: { permits: 1, queue: 0 } })
    const controller = new AbortController()
    const first = rejection(narrow(never, { signal: controller.signal }))
    expect(await rejection(narrow(work))).toBeInstanceOf(Errors.Overloaded)
    controller.abort("done")
    expect(await first).toBe("done")
    expect(await narrow(() => "in")).toBe("in")

    const rare = forDependency({ service, rateLimit: { limit: 1, window: "1 hour" } })
    expect(await rare(() => "in")).toBe("in")
    expect(await rejection(rare(work))).toBeInstanceOf(Errors.RateLimited)
  })

  it("says how it calls, however it is printed", () => {
    const billing = forDependency({ service: "Billing", retry: RetryPolicy.none, bulkhead: true })
    const text =
      "Billing: at most 45 s in all, 10 s for each attempt. One attempt, no retries. At most 10 calls at once, and 20 waiting."
    expect([String(billing), inspect(billing), JSON.parse(JSON.stringify(billing)).text]).toEqual([text, text, text])
  })

  it("refuses times and numbers that make no sense", () => {
    expect(() => forDependency({ service: "It", timeout: 0 })).toThrow(RangeError)
    expect(() => forDependency({ service: "It", breaker: { failures: 0 } })).toThrow(RangeError)
    expect(() => forDependency({ service: "It", retry: 3 as never })).toThrow(TypeError)
  })

  it("gives up once, also inside a retry of another copy of this package", async () => {
    const other = await otherCopy(() => import("@errata/core/promise"))
    const billing = forDependency({ service: "Billing", retry: RetryPolicy.make({ maxRetries: 1, delay: 0 }) })
    const work = vi.fn(() => {
      throw down(0)
    })
    await rejection(other.retry(() => billing(work), other.RetryPolicy.make({ maxRetries: 3, delay: 0 })))
    expect(work).toHaveBeenCalledTimes(2)
  })
})
