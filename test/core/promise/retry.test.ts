import * as Advice from "@errata/core/Advice"
import * as Errors from "@errata/core/Errors"
import { isToolError, isTransient, retry, RetryPolicy } from "@errata/core/promise"
import * as Engine from "@errata/core/RetryPolicy"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { inspect } from "node:util"
import { afterEach, describe, expect, it, vi } from "vitest"
import { fakeTime } from "../../support/fakeTime.ts"
import { otherCopy } from "../../support/otherCopy.ts"
import { down } from "./support/played.ts"

const twice = RetryPolicy.make({ maxRetries: 2, delay: 0 })

/** Work that throws one thing after the other, and then gives how often it was called. */
const throwing = (...failures: ReadonlyArray<unknown>) => {
  const work = vi.fn((_signal: AbortSignal): number | Promise<number> => {
    const failure = failures[work.mock.calls.length - 1]
    if (work.mock.calls.length <= failures.length) throw failure
    return work.mock.calls.length
  })
  return work
}

const rejection = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (failure) {
    return failure
  }
  throw new Error("It did not reject")
}

let realTime = (): void => undefined
const withFakeTime = () => {
  realTime = fakeTime()
}
afterEach(() => realTime())

describe("retry", () => {
  it("gives what the work gives, at once or later", async () => {
    expect(await retry(() => 1, twice)).toBe(1)
    expect(await retry(async () => 2, twice)).toBe(2)
    expect(await retry(() => ({ then: (resolve: (value: number) => void) => resolve(3) }), twice)).toBe(3)
  })

  it("tells each attempt its number, and gives it a signal of its own", async () => {
    const seen: Array<readonly [number, AbortSignal]> = []
    await retry(async (signal, { attempt }) => {
      seen.push([attempt, signal])
      if (attempt < 3) throw down(0)
    }, twice)
    expect(seen.map(([attempt]) => attempt)).toEqual([1, 2, 3])
    expect(new Set(seen.map(([, signal]) => signal)).size).toBe(3)
    expect(seen.every(([, signal]) => signal instanceof AbortSignal && !signal.aborted)).toBe(true)
  })

  it.each([
    ["throws", () => {
      throw down(0)
    }],
    ["rejects", () => Promise.reject(down(0))]
  ])("tries work again that %s", async (_, fail: () => unknown) => {
    let calls = 0
    expect(await retry(() => ++calls < 3 ? fail() : "done", twice)).toBe("done")
    expect(calls).toBe(3)
  })

  it("makes as many attempts as there may be, and rejects with the last error", async () => {
    const errors = [down(0), down(0), down(0), down(0)]
    const work = throwing(...errors)
    expect(await rejection(retry(work, twice))).toBe(errors[2])
    expect(work).toHaveBeenCalledTimes(3)
  })

  it("refuses what is no work, no policy, or may happen once", async () => {
    const promise = Promise.resolve(1) as never
    expect(await rejection(retry(promise, twice))).toEqual(
      new TypeError("No function was given: pass what is to be done, not its promise")
    )
    expect(await rejection(retry(() => 1, { retries: 3 } as never))).toEqual(
      new TypeError("No policy was given: use RetryPolicy.make, or one of those that are there")
    )
    const work = vi.fn(() => 1)
    expect(await rejection(retry(work, twice, { safety: "once" as never }))).toEqual(
      new TypeError("What may happen once is not tried again")
    )
    expect(work).not.toHaveBeenCalled()
  })

  it("takes a policy of the engine", async () => {
    const work = throwing(down(0), down(0), down(0))
    expect(await retry(work, Engine.make(Schedule.forever))).toBe(4)
  })
})

describe("a failure", () => {
  it("is classified by the default table, under the dependency's name, with what was thrown as its cause", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.5:5432"), { code: "ECONNREFUSED" })
    const error = await rejection(retry(throwing(refused), RetryPolicy.none, { service: "Billing" }))
    expect(error).toBeInstanceOf(Errors.ConnectionFailed)
    expect(error).toMatchObject({ message: "No connection to Billing: refused", cause: refused })
  })

  it("is known by its response, whose hint is waited for", async () => {
    withFakeTime()
    const work = throwing(new Response(null, { status: 503, headers: { "retry-after": "7" } }))
    const began = Date.now()
    const done = retry(work, twice)
    await vi.runAllTimersAsync()
    expect(await done).toBe(2)
    expect(Date.now() - began).toBe(7_000)
  })

  it("is asked about first by the one's own classifier, and one that throws says nothing", async () => {
    const locked = new Error("locked")
    const classify = (failure: unknown) => failure === locked ? down(0) : undefined
    expect(await retry(throwing(locked, locked), twice, { classify })).toBe(3)
    const broken = () => {
      throw new Error("a bug of the classifier")
    }
    expect(await rejection(retry(throwing(locked), twice, { classify: broken }))).toBe(locked)
    expect(await rejection(retry(throwing(locked), twice, { classify: () => "unavailable" as never }))).toBe(locked)
  })

  const hostile = new Proxy({}, {
    get: () => {
      throw new Error("get")
    },
    has: () => {
      throw new Error("has")
    },
    getPrototypeOf: () => {
      throw new Error("getPrototypeOf")
    }
  })

  it.each([
    ["a programmer's mistake", new TypeError("x is not a function")],
    ["an error that nobody knows", new Error("The file is locked by Ann")],
    ["an AbortError of its own", new DOMException("The user stopped it", "AbortError")],
    ["nothing", undefined],
    ["null", null],
    ["a text", "no"],
    ["a hostile proxy", hostile],
    ["a frozen object", Object.freeze({ why: "frozen" })]
  ])("is no matter for a policy if it is %s: it rejects as it is, after one attempt", async (_, failure) => {
    let calls = 0
    const work = () => {
      calls++
      throw failure
    }
    expect(await retry(work, twice).then(() => "gave", (got: unknown) => got === failure)).toBe(true)
    expect(calls).toBe(1)
  })

  it("may be a thenable that breaks when it is looked at", async () => {
    const broken = Object.defineProperty({}, "then", {
      get: () => {
        throw down(0)
      }
    })
    const work = vi.fn(() => broken)
    expect(await rejection(retry(work, twice))).toBeInstanceOf(Errors.Unavailable)
    expect(work).toHaveBeenCalledTimes(3)
  })

  it("that is permanent is not tried again", async () => {
    const error = new Errors.NotFound({ resource: "City" })
    const work = throwing(error)
    expect(await rejection(retry(work, twice))).toBe(error)
    expect(work).toHaveBeenCalledTimes(1)
  })

  it("may be an error of another copy of this package", async () => {
    const other = await otherCopy(() => import("@errata/core/Errors"))
    expect(other.Unavailable).not.toBe(Errors.Unavailable)
    const busy = new other.Unavailable({ service: "It", retry_after_seconds: 0 })
    const missing = new other.NotFound({ resource: "City" })
    const work = throwing(busy, busy, missing)
    expect(await rejection(retry(work, twice))).toBe(missing)
    expect(work).toHaveBeenCalledTimes(3)
    expect([isToolError(busy), isTransient(busy), isTransient(missing), isToolError(hostile)]).toEqual(
      [true, true, false, false]
    )
  })
})

describe("an abort", () => {
  const reason = new Error("the user left")

  it("before the start calls nothing", async () => {
    const work = vi.fn(() => 1)
    expect(await rejection(retry(work, twice, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(work).not.toHaveBeenCalled()
  })

  it("during an attempt aborts its signal and rejects at once, though the work does not heed it", async () => {
    const controller = new AbortController()
    let seen: AbortSignal | undefined
    let fail: (failure: unknown) => void = () => undefined
    const done = retry(
      (signal) => {
        seen = signal
        return new Promise((_, reject) => fail = reject)
      },
      twice,
      { signal: controller.signal }
    )
    controller.abort(reason)
    expect(await rejection(done)).toBe(reason)
    expect(seen?.aborted).toBe(true)
    fail(new Error("too late")) // nobody hears of it: an unhandled rejection would fail this run
  })

  it("by the work itself, before it waits, is heard", async () => {
    const controller = new AbortController()
    const work = vi.fn(() => {
      controller.abort(reason)
      return new Promise(() => undefined)
    })
    expect(await rejection(retry(work, twice, { signal: controller.signal }))).toBe(reason)
  })

  it("during a wait ends it", async () => {
    withFakeTime()
    const controller = new AbortController()
    const work = throwing(down(60), down(60))
    const done = rejection(retry(work, twice, { signal: controller.signal }))
    await vi.advanceTimersByTimeAsync(10_000)
    controller.abort(reason)
    expect(await done).toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
    expect(work).toHaveBeenCalledTimes(1)
  })

  it("after the end changes nothing, and leaves no listener behind", async () => {
    const controller = new AbortController()
    const removed = vi.spyOn(controller.signal, "removeEventListener")
    expect(await retry(() => 1, twice, { signal: controller.signal })).toBe(1)
    expect(removed).toHaveBeenCalledTimes(1)
    controller.abort(reason)
  })
})

describe("one owner of retrying", () => {
  it("makes three attempts of three, not nine", async () => {
    const work = throwing(...Array.from({ length: 20 }, () => down(0)))
    await rejection(retry(() => retry(work, twice), twice))
    expect(work).toHaveBeenCalledTimes(3)
  })

  it("holds for an error that somebody wrapped", async () => {
    const work = throwing(...Array.from({ length: 20 }, () => down(0)))
    const wrapped = async () => {
      try {
        return await retry(work, twice)
      } catch (cause) {
        throw new Errors.Unavailable({ service: "The shop", retry_after_seconds: 0, cause })
      }
    }
    await rejection(retry(wrapped, twice))
    expect(work).toHaveBeenCalledTimes(3)
  })

  it("holds between copies of this package, and across effects", async () => {
    const other = await otherCopy(() => import("@errata/core/promise"))
    const work = throwing(...Array.from({ length: 40 }, () => down(0)))
    await rejection(retry(() => other.retry(work, other.RetryPolicy.make({ maxRetries: 2, delay: 0 })), twice))
    expect(work).toHaveBeenCalledTimes(3)
    const asEffect = Effect.tryPromise({ try: () => retry(work, twice), catch: (failure) => failure as ToolError.Any })
    const exit = await Effect.runPromiseExit(Engine.retry(asEffect, Engine.quick))
    expect(work).toHaveBeenCalledTimes(6)
    expect(exit._tag === "Failure" && exit.cause.reasons.map(Engine.outcome)).toEqual([
      { attempts: 3, maxAttempts: 3, stopped: "exhausted" }
    ])
  })

  it("says nothing of an error that is a constant, and was given up on in another call", async () => {
    const constant = down(0)
    const work = throwing(...Array.from({ length: 20 }, () => constant))
    await rejection(retry(work, twice))
    await rejection(retry(work, twice))
    expect(work).toHaveBeenCalledTimes(6)
  })

  it("cannot be told to what cannot be marked", async () => {
    const frozen = Object.freeze(down(0))
    expect(await rejection(retry(throwing(frozen, frozen, frozen), twice))).toBe(frozen)
  })
})

describe("what may have happened", () => {
  it("is marked on the error that comes out, where no call is known", async () => {
    const lost = new Errors.Timeout({ operation: "It" })
    const refused = () => new Errors.RateLimited({ service: "It", retry_after_seconds: 0 })
    const error = await rejection(retry(throwing(lost, refused(), refused()), twice))
    expect(error).toBeInstanceOf(Errors.RateLimited)
    expect(Advice.openReason(error)).toBe("timeout")
    const harmless = await rejection(retry(throwing(refused(), refused(), refused()), twice))
    expect(Advice.openReason(harmless)).toBeUndefined()
  })
})

describe("what may have happened inside", () => {
  it.each(["this copy", "another copy"])("is known outside, where %s of this package stands outside", async (which) => {
    const outer = which === "this copy" ? { retry, RetryPolicy } : await otherCopy(() => import("@errata/core/promise"))
    const lost = new Errors.Timeout({ operation: "It" })
    const refused = () => new Errors.RateLimited({ service: "It", retry_after_seconds: 0 })
    const inner = () => retry(throwing(lost, refused(), refused()), twice)
    const error = await rejection(outer.retry(inner, outer.RetryPolicy.none))
    expect(error).toBeInstanceOf(Errors.RateLimited)
    expect(Advice.openReason(error)).toBe("timeout")
  })
})

describe("a policy", () => {
  it("says what it does, however it is printed", () => {
    const policy = RetryPolicy.make({ maxRetries: 2, delay: "1 second", maxDelay: 1_500, jitters: false })
    const text = "At most 3 attempts: wait 1 s, then 1.5 s. In all at most 2.5 s of waiting."
    expect([String(policy), inspect(policy), `${JSON.parse(JSON.stringify(policy)).text}`]).toEqual([text, text, text])
    expect(JSON.parse(JSON.stringify({ policy }))).toEqual({
      policy: { max_attempts: 3, waits_ms: [{ min: 1_000, max: 1_000 }, { min: 1_500, max: 1_500 }], text }
    })
  })

  it.each([
    [{ maxRetries: -1 }, "RetryPolicy: maxRetries must be a whole number >= 0"],
    [{ factor: 0.5 }, "RetryPolicy: factor must be a number >= 1"],
    [{ factor: Number.NaN }, "RetryPolicy: factor must be a number >= 1"]
  ])("refuses %o", (options, message) => {
    expect(() => RetryPolicy.make(options)).toThrow(new RangeError(message))
  })

  it("refuses a wait that is none", () => {
    expect(() => RetryPolicy.make({ delay: Number.NaN })).toThrow(RangeError)
    expect(() => RetryPolicy.make({ delay: "soon" as never })).toThrow()
  })

  it("chooses, bounds and gives up as it is told", async () => {
    const isRetryable = (error: { readonly _tag: string }) => error._tag !== "Timeout"
    const work = throwing(down(0), new Errors.Timeout({ operation: "It" }))
    await rejection(retry(work, RetryPolicy.make({ delay: 0, isRetryable })))
    expect(work).toHaveBeenCalledTimes(2)
    const asks = throwing(down(61))
    expect(ToolError.is(await rejection(retry(asks, RetryPolicy.make({ maxRetryAfter: "1 minute" }))))).toBe(true)
    expect(asks).toHaveBeenCalledTimes(1)
  })
})
