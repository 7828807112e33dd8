import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expectationOf } from "./expected.ts"
import { type Recorded, thaw } from "./frozen.ts"

const recorded = globSync(join(import.meta.dirname, "recorded/*.json")).toSorted().flatMap((file) =>
  JSON.parse(readFileSync(file, "utf8")) as ReadonlyArray<Recorded>
)

const classify = Classifier.unknown({ service: "The service" })

const outcomes = recorded.map(({ at, failure, id }) => {
  const error = classify(thaw(failure), { now: at })
  const hint = error === undefined ? undefined : ToolError.retryAfter(error)
  const told = error?._tag ?? "defect"
  const expected = expectationOf(id)
  return {
    id,
    at,
    failure,
    told,
    expected,
    wait: hint === undefined ? undefined : Duration.toSeconds(hint),
    asStated: told === expected.is,
    allowed: told === expected.is || (expected.or ?? []).includes(told)
  }
})

describe("the corpus", () => {
  it("holds at least 300 failures, each once, and has no secret and nothing of the machine that recorded it", () => {
    expect(recorded.length).toBeGreaterThanOrEqual(300)
    expect(new Set(recorded.map(({ id }) => id)).size).toBe(recorded.length)
    const text = JSON.stringify(recorded)
    expect(text.length).toBeLessThan(2_000_000)
    expect(text).not.toMatch(/\/root\b|\/home\/|\/tmp\b|npmjs|xox[bp]-|sk_(?:live|test)|BEGIN [A-Z ]*PRIVATE KEY/)
  })

  it("is classified as stated in at least 95 of 100 cases", () => {
    const others = outcomes.filter(({ asStated }) => !asStated).map(({ expected, id, told }) =>
      `${id}: ${told}, not ${expected.is}`
    )
    expect(others.length / outcomes.length, others.join("\n")).toBeLessThanOrEqual(0.05)
  })

  it("is never told wrongly: what is not as stated is a defect, or may be told so for a reason", () => {
    expect(
      outcomes.filter(({ allowed, told }) => !allowed && told !== "defect").map(({ expected, id, told }) =>
        `${id}: ${told}, not ${expected.is}`
      )
    ).toEqual([])
  })

  it("is told to wait as long as it asked for, within two seconds", () => {
    expect(
      outcomes.filter(({ expected, wait }) =>
        Math.abs((wait ?? 0) - (expected.wait ?? 0)) > 2 || (wait === undefined) !== (expected.wait === undefined)
      )
        .map(({ expected, id, wait }) => `${id}: ${wait} s, not ${expected.wait}`)
    ).toEqual([])
  })

  it("has a reason wherever something else may be told", () => {
    expect(outcomes.filter(({ expected }) => (expected.or ?? []).length > 0 && expected.because === undefined)).toEqual(
      []
    )
  })
})
