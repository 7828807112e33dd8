import * as Duration from "effect/Duration"
import { afterEach, describe, expect, it } from "vitest"
import { endpoint } from "./fixtures/failures.ts"
import * as World from "./fixtures/World.ts"

let world: World.World
afterEach(() => world.close())

const sleep = (virtualSeconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, (virtualSeconds * 1000) / World.speed))

/** A world whose service has failed five times in a row, in two calls. */
const opened = async (): Promise<World.World> => {
  const world = await World.make()
  world.simulator.play({ status: 503, times: "always" })
  await world.fetch(endpoint)
  await world.fetch(endpoint)
  return world
}

describe("the breaker of the weather service", () => {
  it("opens after five attempts in a row that failed, in the middle of a call", async () => {
    world = await World.make()
    world.simulator.play({ status: 503, times: "always" })
    const first = await world.fetch(endpoint)
    expect(first.problem).toMatchObject({ type: "unavailable", retry: { attempts_made: 4 } })
    const second = await world.fetch(endpoint)
    expect(second.problem).toMatchObject({ type: "circuit_open", category: "transient" })
    expect(world.simulator.requests).toHaveLength(5)
    expect(world.log.filter((line) => line.includes("a circuit changed"))).toHaveLength(1)
  })

  it("answers at once, says how many seconds are left, and asks nobody", async () => {
    world = await opened()
    await sleep(10)
    const { problem, text } = await world.fetch(endpoint)
    const seconds = problem!.retry.retry_after_seconds!
    expect(seconds).toBeGreaterThan(10)
    expect(seconds).toBeLessThanOrEqual(21)
    expect(text.split("\n").slice(0, -1)).toEqual([
      "Weather API failed repeatedly and is not called for now.",
      `Error: circuit_open (transient). Retry after ${seconds} s.`,
      `Details: {"service":"Weather API","retry_after_seconds":${seconds}}`
    ])
    expect(problem?.retry).toMatchObject({ should_retry: true })
    expect(world.simulator.requests).toHaveLength(5)
  })

  it("is one for both tools", async () => {
    world = await opened()
    expect((await world.weather({ location: "Paris" })).problem?.type).toBe("circuit_open")
  })

  it("lets one call try when the time is over, and closes if that goes well", async () => {
    world = await opened()
    world.simulator.reset()
    await sleep(31)
    world.simulator.play({ delay: "60 millis" })
    const [probe, ...others] = await Promise.all([1, 2, 3].map(() => world.fetch(endpoint)))
    expect(probe?.value).toMatchObject({ status_code: 200, attempts: 1 })
    expect(others.map(({ problem }) => [problem?.type, problem?.retry.retry_after_seconds])).toEqual([[
      "circuit_open",
      1
    ], ["circuit_open", 1]])
    expect(world.simulator.requests).toHaveLength(1)
    expect((await world.fetch(endpoint)).value?.status_code).toBe(200)
  })

  it("opens again if the try fails", async () => {
    world = await opened()
    await sleep(31)
    const { problem } = await world.fetch(endpoint)
    expect(problem?.type).toBe("circuit_open") // the try failed, and its retry was refused
    expect(problem?.retry.retry_after_seconds).toBeGreaterThan(15)
    expect(world.simulator.requests).toHaveLength(6)
  })

  it("stays open as long as the service asked for", async () => {
    world = await World.make()
    world.simulator.play({ status: 503, times: 4 }, { status: 503, retryAfter: 120, times: "always" })
    await world.fetch(endpoint)
    await world.fetch(endpoint)
    await sleep(31)
    expect((await world.fetch(endpoint)).problem).toMatchObject({ type: "circuit_open" })
    expect((await world.fetch(endpoint)).problem?.retry.retry_after_seconds).toBeGreaterThan(60)
  })

  it("does not open for what is permanent", async () => {
    world = await World.make()
    world.simulator.play({ status: 404, times: 10 })
    for (let i = 0; i < 10; i++) await world.fetch(endpoint)
    expect((await world.fetch(endpoint)).value?.status_code).toBe(200)
  })

  it("counts only what comes in a row", async () => {
    world = await World.make()
    for (let i = 0; i < 4; i++) {
      world.simulator.play({ status: 503, times: 3 })
      expect((await world.fetch(endpoint)).value?.attempts).toBe(4)
    }
    expect(world.simulator.requests).toHaveLength(16)
  })

  it("counts requests that hang", async () => {
    world = await World.make({ attemptTimeout: Duration.seconds(5) })
    world.simulator.play({ fault: "hang", times: "always" })
    await world.fetch(endpoint)
    expect((await world.fetch(endpoint)).problem?.type).toBe("circuit_open")
    expect(world.log.filter((line) => line.includes("an attempt failed"))).toHaveLength(5)
  })

  it("does not count calls that the client cancelled", async () => {
    world = await World.make()
    world.simulator.play({ fault: "hang", times: 10 })
    for (let i = 0; i < 10; i++) {
      const controller = new AbortController()
      const call = world.fetch(endpoint, { request: { signal: controller.signal } })
      setTimeout(() => controller.abort(), 10)
      await call
    }
    expect((await world.fetch(endpoint)).value?.status_code).toBe(200)
  })
})
