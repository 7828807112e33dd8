import { afterEach, describe, expect, it } from "vitest"
import { endpoint, type Failure, failures, settled } from "./fixtures/failures.ts"
import * as World from "./fixtures/World.ts"

const worlds: Array<World.World> = []
const open = async (world: Promise<World.World>): Promise<World.World> => {
  worlds.push(await world)
  return world
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()))
})

const expectedText = ({ advice, category, text, type }: Failure): ReadonlyArray<string> => [
  text[0]!,
  `Error: ${type} (${category}). ${advice}`,
  ...text.slice(1)
]

describe("what fetch_api_data makes of a failing upstream", () => {
  it.each(failures)("$name", async (failure) => {
    const world = await open(World.failing(failure))
    const { problem, result, text } = settled(await world.fetch(endpoint))

    expect(result.isError).toBe(true)
    expect(text.split("\n").slice(0, -1)).toEqual(expectedText(failure))
    expect(text.split("\n").at(-1)).toMatch(/^Reference: [0-9a-f]{8}$/)
    const isTransient = failure.category === "transient"
    expect(problem).toMatchObject({
      error: failure.error,
      type: failure.type,
      category: failure.category,
      ...isTransient ? { is_transient: true } : {}
    })
    expect(problem!.retry).toEqual({
      should_retry: isTransient,
      ...failure.attempts === 1 ? {} : { attempts_made: failure.attempts },
      ...isTransient ? { max_attempts: 4 } : {},
      ...failure.retry
    })
    // nothing that fails before HTTP begins is seen by an upstream: the log counts those attempts
    const seen = failure.upstream === undefined
      ? world.simulator.requests.length
      : isTransient
      ? world.log.filter((line) => line.includes("an attempt failed")).length
      : 1
    expect(seen).toBe(failure.attempts)
  })
})

/** Calls with an ear for the waits that the policy chooses, in seconds; a wait that rounds to nothing is not told. */
const fetchListening = async (world: World.World) => {
  const waits: Array<number> = []
  const notify = ({ params }: { readonly params: object }) =>
    waits.push(Number(/ in ([\d.]+) s$/.exec((params as { readonly message: string }).message)?.[1] ?? 0))
  const answer = await world.fetch(endpoint, { request: { meta: { progressToken: 1 }, notify } })
  return { waits, ...answer }
}

describe("how long is waited", () => {
  it("is anything up to 0.5, 1 and 2 s", async () => {
    const seen: Array<ReadonlyArray<number>> = []
    for (let i = 0; i < 5; i++) {
      const world = await open(World.make())
      world.simulator.play({ status: 503, times: "always" })
      const { waits } = await fetchListening(world)
      seen.push(waits)
      expect(waits).toHaveLength(3)
      for (const [retry, wait] of waits.entries()) {
        expect(wait).toBeLessThanOrEqual(0.5 * 2 ** retry)
        expect(world.waits()[retry]).toBeGreaterThanOrEqual(wait - 0.1)
      }
    }
    expect(new Set(seen.map(String)).size).toBeGreaterThan(1)
  })

  it.each([
    ["in seconds", { retryAfter: 4 }],
    ["as a date", { retryAfterDate: 4 }]
  ])("is never less than Retry-After %s", async (_, headers) => {
    const world = await open(World.make())
    world.simulator.play({ status: 429, ...headers, times: 2 })
    const { value, waits } = await fetchListening(world)
    expect(value).toMatchObject({ status_code: 200, attempts: 3 })
    for (const [retry, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(3) // a date has whole seconds
      expect(wait).toBeLessThanOrEqual(4)
      expect(world.waits()[retry]).toBeGreaterThanOrEqual(wait - 0.1)
    }
  })

  it.each([
    ["a year", { retryAfter: 365 * 24 * 3600 }, 86_400],
    ["a thousand years", { retryAfter: 3e10 }, 86_400],
    ["a date in more than a year", { retryAfterDate: 400 * 24 * 3600 }, 86_400]
  ])("is nothing where Retry-After asks for %s", async (_, headers, seconds) => {
    const world = await open(World.make())
    world.simulator.play({ status: 503, ...headers, times: "always" })
    const { problem } = await world.fetch(endpoint)
    expect(problem?.retry).toMatchObject({ reason: "deadline", retry_after_seconds: seconds })
    expect(world.simulator.requests).toHaveLength(1)
  })

  it.each(["-5", "soon", "1.5.2", "", "Thu, 99 Nov 2026 99:00:00 GMT"])(
    "is the usual where Retry-After is %j",
    async (text) => {
      const world = await open(World.make())
      world.simulator.play({ status: 429, headers: { "retry-after": text } })
      const { value, waits } = await fetchListening(world)
      expect(value?.attempts).toBe(2)
      expect(waits[0]).toBeLessThanOrEqual(0.5)
    }
  )

  it("never goes beyond the call's own time", async () => {
    const world = await open(World.make())
    world.simulator.play({ status: 429, retryAfter: 20, times: "always" })
    const { problem } = await world.fetch(endpoint, { timeout: "30 seconds" })
    expect(problem?.retry).toMatchObject({
      reason: "deadline",
      retry_after_seconds: 20,
      attempts_made: 2,
      max_attempts: 4
    })
  })

  it("is bounded as a whole where every attempt hangs", async () => {
    const world = await open(World.make())
    world.simulator.play({ fault: "hang", times: "always" })
    const { problem } = await world.fetch(endpoint, { timeout: "15 seconds" })
    expect(problem).toMatchObject({ type: "timeout", retry: { should_retry: true } })
    expect(problem?.retry.attempts_made ?? 1).toBeLessThanOrEqual(2)
    expect(world.simulator.requests.length).toBeLessThanOrEqual(2)
  })
})

describe("what recovers", () => {
  it.each(
    failures.filter(({ category, reply, name }) =>
      category === "transient" && reply !== undefined && !name.includes("beyond")
    )
  )(
    "$name, then a good answer",
    async ({ reply }) => {
      const world = await open(World.make())
      world.simulator.play({ ...reply!, times: 1 })
      const begun = world.now()
      const { result, value } = await world.fetch(endpoint)
      expect(value).toMatchObject({ status_code: 200, attempts: 2, body: { location: "Paris" } })
      expect(result._meta?.["errata/call"]).toMatchObject({ attempts: 2 })
      expect(world.simulator.requests).toHaveLength(2)
      if (reply?.fault?.startsWith("hang") !== true) return
      const waited = (world.simulator.requests[1]!.at - begun) / 1000 // from before the first, which may arrive late
      expect(waited).toBeGreaterThan(9.9) // what an attempt has
    }
  )

  it("a permanent failure after a transient one ends the attempts", async () => {
    const world = await open(World.make())
    world.simulator.play({ status: 503 }, { status: 404, times: "always" })
    const { problem } = await world.fetch(endpoint)
    expect(problem).toMatchObject({
      type: "not_found",
      retry: { should_retry: false, attempts_made: 2, max_attempts: 4 }
    })
  })
})

describe("what fetch_api_data returns", () => {
  it("status, body and attempts", async () => {
    const world = await open(World.make())
    const { result, text, value } = await world.fetch("/v1/alerts?location=london")
    expect(value).toMatchObject({
      status_code: 200,
      attempts: 1,
      body: { location: "London", alerts: [{ event: "Wind" }] }
    })
    expect(JSON.parse(text)).toEqual(result.structuredContent)
    expect(world.simulator.requests[0]).toMatchObject({
      method: "GET",
      path: "/v1/alerts?location=london",
      headers: { accept: "application/json", authorization: "Bearer errata-weather-development-key" }
    })
  })

  it("the answer to exactly what was asked", async () => {
    const world = await open(World.make())
    const asked = "/v1/x?q=a%20b+c&q=%2F&flag&empty=&url=http://example.org//x/../y"
    await world.fetch(asked)
    expect(world.simulator.requests[0]?.path).toBe(asked)
  })

  it("an answer without a body", async () => {
    const world = await open(World.make())
    world.simulator.play({ status: 204 })
    expect((await world.fetch("/v1/whatever")).value).toEqual({ status_code: 204, body: null, attempts: 1 })
  })

  it("what is near to a wrong path", async () => {
    const world = await open(World.make())
    const { problem } = await world.fetch("/v1/curent?location=Paris")
    expect(problem).toMatchObject({ type: "not_found", similar_matches: ["/v1/current?location=Paris"] })
  })

  it("the answers of a service below a path", async () => {
    const world = await open(World.make())
    const below = await open(World.make({ url: new URL(`${world.simulator.url}/weather/`) }))
    await below.fetch("/v1/current?location=Paris")
    expect(world.simulator.requests[0]?.path).toBe("/weather/v1/current?location=Paris")
  })
})

describe("get_weather", () => {
  it("returns the current weather", async () => {
    const world = await open(World.make())
    const { value } = await world.weather({ location: "são paulo", include_forecast: false, include_alerts: false })
    expect(value?.data.current).toMatchObject({ location: "São Paulo", country: "BR", humidity_percent: 79 })
    expect(world.simulator.requests.map(({ path }) => path)).toEqual(["/v1/current?location=s%C3%A3o%20paulo"])
  })

  it("knows no place of that name", async () => {
    const world = await open(World.make())
    const { problem, text } = await world.weather({ location: "Atlantis" })
    expect(text.split("\n").slice(0, -1)).toEqual([
      "Weather API knows no place called Atlantis.",
      "Error: not_found (permanent). Do not retry with the same arguments.",
      "Details: {\"service\":\"Weather API\",\"status_code\":404,\"location\":\"Atlantis\"}",
      "Suggestion: Check the spelling, or name a larger city nearby."
    ])
    expect(problem?.retry).toEqual({ should_retry: false })
  })

  it("keeps the count of attempts in an error of its own", async () => {
    const world = await open(World.make())
    world.simulator.play({ path: "/v1/current", status: 502 })
    const { problem } = await world.weather({ location: "Atlantis" })
    expect(problem?.retry).toEqual({ should_retry: false, attempts_made: 2, max_attempts: 4 })
  })

  it.each([
    ["a field that is missing", { location: "Paris" }],
    ["a number that is text", { location: "Paris", country: "FR", temperature_c: "12" }],
    ["a list", []],
    ["null", null]
  ])("does not believe an answer with %s", async (_, body) => {
    const world = await open(World.make())
    world.simulator.play({ body, times: "always" })
    const { problem, text } = await world.weather({
      location: "Paris",
      include_forecast: false,
      include_alerts: false
    })
    expect(problem).toMatchObject({ type: "malformed_response", category: "permanent", error: "ApiAnswerMalformed" })
    expect(text.split("\n")[0]).toBe("Weather API returned an unexpected response: it does not fit its schema.")
    expect(world.simulator.requests).toHaveLength(1)
  })

  it.each(["", "   ", "x".repeat(101)])("wants a name: %j", async (location) => {
    const world = await open(World.make())
    const { problem } = await world.weather({ location })
    expect(problem).toMatchObject({ type: "invalid_arguments", issues: [{ path: ["location"] }] })
    expect(world.simulator.requests).toHaveLength(0)
  })

  it("retries like the other tool", async () => {
    const world = await open(World.make())
    world.simulator.play({ path: "/v1/current", fault: "reset_mid_body" }, { path: "/v1/current", status: 503 })
    expect((await world.weather({ location: "Paris" })).value?.data.current.location).toBe("Paris")
    expect(world.simulator.requests.filter(({ path }) => path.startsWith("/v1/current"))).toHaveLength(3)
  })
})
