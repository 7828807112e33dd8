import { describe, expect, it } from "@effect/vitest"
import * as LoopGuard from "@errata/core/LoopGuard"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { runs, seeded } from "../support/arbitraries.ts"

const few = runs(200)

const anyJson = Arbitrary.schema(Schema.Json)

const call = (caller = "a", tool = "get", args: unknown = { id: 1 }): LoopGuard.Call => ({
  caller,
  tool,
  arguments: LoopGuard.fingerprint(args)!
})

const at = (now: number, failure = "NotFound", more: Partial<LoopGuard.Failure> = {}): LoopGuard.Failure => ({
  failure,
  startedAt: now,
  now,
  ...more
})

const success = (now: number, more: Partial<LoopGuard.Success> = {}): LoopGuard.Success => ({
  caller: "a",
  tool: "get",
  arguments: () => call().arguments,
  changes: false,
  now,
  ...more
})

describe("a guard counts", () => {
  it("the same call that fails the same way", () => {
    const guard = LoopGuard.make()
    expect([1, 2, 3, 4].map((now) => guard.failed(call(), at(now)))).toEqual([1, 2, 3, 4])
  })

  it("each caller, tool, arguments and failure apart", () => {
    const guard = LoopGuard.make()
    guard.failed(call(), at(1))
    guard.failed(call(), at(2))
    expect(guard.failed(call("b"), at(3))).toBe(1)
    expect(guard.failed(call("a", "find"), at(3))).toBe(1)
    expect(guard.failed(call("a", "get", { id: 2 }), at(3))).toBe(1)
    expect(guard.failed(call(), at(4))).toBe(3)
    expect(guard.failed(call(), at(5, "Timeout"))).toBe(1)
    expect(guard.failed(call(), at(6))).toBe(1)
  })

  it("a new one after a success of the same call", () => {
    const guard = LoopGuard.make()
    guard.failed(call(), at(1))
    guard.failed(call("a", "get", { id: 2 }), at(2))
    guard.succeeded(success(3))
    expect(guard.failed(call(), at(4))).toBe(1)
    expect(guard.failed(call("a", "get", { id: 2 }), at(5))).toBe(2)
  })

  it("on after another call that only read, and anew after one that may have changed something", () => {
    const guard = LoopGuard.make()
    guard.failed(call(), at(1))
    guard.succeeded(success(2, { tool: "list" }))
    expect(guard.failed(call(), at(3))).toBe(2)
    guard.succeeded(success(4, { caller: "b", tool: "create", changes: true }))
    expect(guard.failed(call(), at(5))).toBe(3)
    guard.succeeded(success(6, { tool: "create", changes: true }))
    expect(guard.failed(call(), at(7))).toBe(1)
    expect(guard.isEmpty()).toBe(false)
  })

  it("no calls side by side", () => {
    const guard = LoopGuard.make()
    expect(guard.failed(call(), at(10))).toBe(1)
    expect(guard.failed(call(), at(11, "NotFound", { startedAt: 9 }))).toBe(1)
    expect(guard.failed(call(), at(12, "NotFound", { startedAt: 9 }))).toBe(1)
    expect(guard.failed(call(), at(13))).toBe(2)
  })

  it("no call that waited as long as it was told", () => {
    const guard = LoopGuard.make()
    const patient = (now: number) => guard.failed(call(), at(now, "RateLimited", { retryAfter: 1000 }))
    expect([0, 1000, 2000, 3000].map(patient)).toEqual([1, 1, 1, 1])
    expect([3100, 3200].map(patient)).toEqual([2, 3])
    expect(patient(4200)).toBe(1)
    expect(patient(4300)).toBe(4)
  })

  it("nothing that lies further back than the window", () => {
    const guard = LoopGuard.make({ window: "1 minute" })
    guard.failed(call(), at(0))
    expect(guard.failed(call(), at(59_999))).toBe(2)
    expect(guard.failed(call(), at(119_999))).toBe(1)
  })
})

describe("a guard answers", () => {
  const looping = (options: LoopGuard.Options = { answers: true }) => {
    const guard = LoopGuard.make(options)
    for (const now of [1, 2, 3]) guard.failed(call(), at(now, "NotFound", { answer: `answer ${now}` }))
    return guard
  }
  const begins = (now: number, more: Partial<LoopGuard.Beginning> = {}): LoopGuard.Beginning => ({
    caller: "a",
    tool: "get",
    arguments: () => call().arguments,
    now,
    ...more
  })

  it("the call that failed three times, with the last answer", () => {
    const guard = looping()
    expect(guard.begin(begins(4))?.answer).toBe("answer 3")
    expect(guard.failed(call(), at(4, "NotFound", { isAnswered: true }))).toBe(4)
    expect(guard.begin(begins(5))?.answer).toBe("answer 3")
  })

  it("for a minute after it really ran, and no longer", () => {
    const guard = looping()
    expect(guard.begin(begins(60_002))).toBeDefined()
    guard.failed(call(), at(60_002, "NotFound", { isAnswered: true, answer: "again" }))
    expect(guard.begin(begins(60_003))).toBeUndefined()
  })

  it("nothing once any other call of that caller began", () => {
    for (const other of [{ tool: "list" }, { arguments: () => "other" }, { arguments: () => undefined }]) {
      const guard = looping()
      expect(guard.begin(begins(4, other))).toBeUndefined()
      expect(guard.begin(begins(5))).toBeUndefined()
    }
    const guard = looping()
    expect(guard.begin(begins(4, { caller: "b", tool: "list" }))).toBeUndefined()
    expect(guard.begin(begins(5))).toBeDefined()
  })

  it("nothing before the third, after a success or another failure, without an answer, and where it is off", () => {
    const two = LoopGuard.make({ answers: true })
    for (const now of [1, 2]) two.failed(call(), at(now, "NotFound", { answer: "a" }))
    expect(two.begin(begins(3))).toBeUndefined()
    const succeeded = looping()
    succeeded.succeeded(success(4))
    expect(succeeded.begin(begins(5))).toBeUndefined()
    const other = looping()
    other.failed(call(), at(4, "Timeout"))
    expect(other.begin(begins(5))).toBeUndefined()
    const without = looping()
    without.failed(call(), at(4))
    expect(without.begin(begins(5))).toBeUndefined()
    expect(looping({}).begin(begins(4))).toBeUndefined()
  })

  it("at most a minute, whatever is asked for", () => {
    expect(() => LoopGuard.make({ answersFor: "61 seconds" })).toThrow(RangeError)
    expect(looping({ answers: true, answersFor: "1 second" }).begin(begins(1003))).toBeUndefined()
  })
})

describe("its memory", () => {
  const seeds = seeded((from) => from)

  it.prop("stays within its limits, whoever calls whatever, and forgets what is old", [seeds], ([from]) => {
    const guard = LoopGuard.make({ callers: 5, calls: 4, answered: 2, window: "10 seconds", answers: true })
    let now = 0
    for (let i = 0; i < 200; i++) {
      now += from.int(2_000)
      const caller = String(from.int(40))
      const tool = from.pick(["get", "find", "create"])
      const id = from.int(10)
      const args = () => LoopGuard.fingerprint({ id })
      const failure = { failure: from.pick(["A", "B"]), startedAt: now, now, answer: id }
      for (let times = from.int(5); times >= 0; times--) {
        if (from.chance(60)) guard.failed({ caller, tool, arguments: args()! }, failure)
        else if (from.chance(50)) guard.begin({ caller, tool, arguments: args, now })
        else guard.succeeded({ caller, tool, arguments: args, changes: tool === "create", now })
      }
      const { answered, callers, calls } = guard.size()
      expect(callers).toBeLessThanOrEqual(5)
      expect(calls).toBeLessThanOrEqual(20)
      expect(answered).toBeLessThanOrEqual(Math.min(2, callers))
    }
    guard.failed(call("last"), at(now + 10_000))
    expect(guard.size()).toEqual({ callers: 1, calls: 1, answered: 0 })
  }, few)

  it("forgets whoever's remaining failures are old, though a later one ended with a success", () => {
    const guard = LoopGuard.make({ window: "10 seconds" })
    guard.failed(call("a", "get", { id: 2 }), at(0))
    guard.failed(call("a"), at(9_000))
    guard.succeeded(success(9_500))
    expect(guard.size()).toMatchObject({ callers: 1, calls: 1 })
    guard.failed(call("b"), at(10_000))
    expect(guard.size()).toMatchObject({ callers: 1, calls: 1 })
  })

  it("forgets first who failed longest ago", () => {
    const guard = LoopGuard.make({ callers: 2, calls: 2 })
    for (const caller of ["a", "b"]) guard.failed(call(caller), at(1))
    guard.failed(call("a"), at(2))
    guard.failed(call("c"), at(3))
    expect(guard.failed(call("a"), at(4))).toBe(3)
    expect(guard.failed(call("b"), at(5))).toBe(1)
    for (const id of [2, 3]) guard.failed(call("b", "get", { id }), at(6))
    expect(guard.failed(call("b"), at(7))).toBe(1)
  })

  it("has limits that are numbers", () => {
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const name of ["callers", "calls", "answered"]) {
        expect(() => LoopGuard.make({ [name]: wrong })).toThrow(RangeError)
      }
    }
  })
})

describe("a fingerprint", () => {
  it.prop("is that of the JSON, whatever the order of the fields", [anyJson, anyJson], ([a, b]) => {
    const same = LoopGuard.fingerprint([a]) === LoopGuard.fingerprint([b])
    expect(same).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)))
    expect(LoopGuard.fingerprint([a])).toBe(LoopGuard.fingerprint([reversed(a)]))
  }, few)

  it("tells values apart that look alike", () => {
    const values = [0, "0", false, [], {}, [[]], [0], "", [""], { a: 1, b: 2 }, { a: 2, b: 1 }, { ab: 1 }, 1.5, 2 ** 40]
    expect(new Set(values.map((value) => LoopGuard.fingerprint([value]))).size).toBe(values.length)
    expect(LoopGuard.fingerprint({ a: undefined })).toBe(LoopGuard.fingerprint({}))
    expect(LoopGuard.fingerprint(null)).toBe(LoopGuard.fingerprint(undefined))
  })

  it("leaves out what is said not to count, at the root only", () => {
    const without = { without: ["key"] }
    expect(LoopGuard.fingerprint({ id: 1, key: "a" }, without)).toBe(
      LoopGuard.fingerprint({ id: 1, key: "b" }, without)
    )
    expect(LoopGuard.fingerprint({ id: { key: "a" } }, without)).not.toBe(
      LoopGuard.fingerprint({ id: { key: "b" } }, without)
    )
  })

  it("is the same, whatever is done while the arguments are read", () => {
    const read = (value: unknown) => ({
      enumerable: true,
      get: () => {
        LoopGuard.fingerprint({ other: ["arguments"] })
        return value
      }
    })
    const busy = Object.defineProperties({ first: 1 }, { id: read(7), list: read([1, 2]) })
    expect(LoopGuard.fingerprint(busy)).toBe(LoopGuard.fingerprint({ first: 1, id: 7, list: [1, 2] }))
    const list = Object.defineProperties([1, 0, 3], { 1: read(2) })
    expect(LoopGuard.fingerprint({ list })).toBe(LoopGuard.fingerprint({ list: [1, 2, 3] }))
  })

  it("is none of what is too large, too deep or unreadable, and never throws", () => {
    const cycle: Array<unknown> = []
    cycle.push(cycle, cycle)
    let deep: unknown = []
    for (let i = 0; i < 100_000; i++) deep = [deep]
    const hostile = Object.defineProperty({}, "id", {
      enumerable: true,
      get: () => {
        throw new Error("no")
      }
    })
    const many = Array.from({ length: 300_000 }, () => 0)
    for (const value of ["x".repeat(5 * 1024 * 1024), cycle, deep, hostile, many]) {
      expect(LoopGuard.fingerprint(value)).toBeUndefined()
    }
    expect(LoopGuard.fingerprint("x".repeat(4 * 1024 * 1024))).toBeDefined()
  })
})

const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(sorted) : typeof value === "object" && value !== null
    ? Object.fromEntries(
      Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sorted(v)])
    )
    : value

const reversed = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(reversed) : typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).reverse().map(([k, v]) => [k, reversed(v)]))
    : value
