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

const options = { service: "The service" }
const classify = Classifier.unknown(options)

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

describe("the list of the classes that a classifier gives", () => {
  const lists = {
    unknown: [Classifier.unknown, Classifier.all],
    http: [Classifier.http, Classifier.httpErrors],
    errno: [Classifier.errno, Classifier.errnoErrors],
    sql: [Classifier.sql, Classifier.sqlErrors],
    grpc: [Classifier.grpc, Classifier.grpcErrors],
    aws: [Classifier.aws, Classifier.awsErrors],
    mongo: [Classifier.mongo, Classifier.mongoErrors],
    redis: [Classifier.redis, Classifier.redisErrors]
  } as const
  const own: Readonly<Record<string, RegExp>> = {
    unknown: /./,
    http: /^(?:axios|got|ky|superagent|gaxios|ofetch|fetch|undici|http-errors): (?!no JSON)/,
    errno: /^node: E/,
    sql: /^(?:pg|postgres\.js|drizzle|mysql2|mariadb|mssql|node:sqlite|libsql|prisma): /,
    grpc: /^grpc: (?!slow)/,
    aws: /^(?:aws|s3): /,
    mongo: /^(?:mongodb|mongoose): /,
    redis: /^(?:ioredis|node-redis): /
  }

  it.each(Object.entries(lists))("%s holds every class that it gives", (_, [make, classes]) => {
    const listed = new Set<string>(classes.map((Class) => Class.identifier))
    const given = new Set(recorded.flatMap(({ at, failure }) => make(options)(thaw(failure), { now: at })?._tag ?? []))
    expect([...given].filter((tag) => !listed.has(tag))).toEqual([])
  })

  it.each(Object.entries(lists))("%s knows by itself what its own libraries raise", (name, [make]) => {
    const mine = outcomes.filter(({ id }) => own[name]!.test(id))
    expect(mine.length).toBeGreaterThan(15)
    const missed = mine.filter(({ at, failure, told }) =>
      (make(options)(thaw(failure), { now: at })?._tag ?? "defect") !== told
    )
    expect(missed.map(({ id, told }) => `${id}: ${told}`)).toEqual([])
  })

  it("unknown has no class that no failure of the corpus becomes", () => {
    const given = new Set(outcomes.map(({ told }) => told))
    expect(Classifier.all.map((Class) => Class.identifier).filter((tag) => !given.has(tag))).toEqual([])
  })
})
