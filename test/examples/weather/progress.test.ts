import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { until } from "../../wire/Wait.ts"
import { endpoint } from "./fixtures/failures.ts"
import * as World from "./fixtures/World.ts"

let world: World.World
beforeEach(async () => {
  world = await World.make()
})
afterEach(() => world.close())

interface Notification {
  readonly method: string
  readonly params: { readonly progressToken: unknown; readonly progress: number; readonly message?: string }
}

const listening = (token: string | number = "token") => {
  const heard: Array<Notification> = []
  const controller = new AbortController()
  const request = {
    meta: { progressToken: token },
    signal: controller.signal,
    notify: (notification: object) => heard.push(notification as Notification)
  }
  return { heard, controller, request, messages: () => heard.map(({ params }) => params.message) }
}

describe("a client that listens to progress", () => {
  it("is told of each attempt to come", async () => {
    const { heard, messages, request } = listening(7)
    world.simulator.play({ status: 429, retryAfter: 3 }, { status: 503, retryAfter: 5 })
    const { value } = await world.fetch(endpoint, { request })
    expect(value?.attempts).toBe(3)
    expect(messages()).toEqual(["attempt 2 of 4 in 3 s", "attempt 3 of 4 in 5 s"])
    expect(heard.every(({ method, params }) => method === "notifications/progress" && params.progressToken === 7)).toBe(
      true
    )
    expect(heard[1]!.params.progress).toBeGreaterThan(heard[0]!.params.progress)
  })

  it("hears nothing after it has cancelled, and neither does the service", async () => {
    const { controller, heard, request } = listening()
    world.simulator.play({ status: 429, retryAfter: 4, times: "always" })
    const call = world.fetch(endpoint, { request })
    await until("a second attempt", () => world.simulator.requests.length === 2)
    await until("the second wait", () => heard.length === 2)
    controller.abort()
    const { result } = await call
    expect(result.isError).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, (10 * 1000) / World.speed))
    expect(heard).toHaveLength(2)
    expect(world.simulator.requests).toHaveLength(2)
  })

  it("hears nothing where the first attempt succeeds", async () => {
    const { heard, request } = listening()
    await world.fetch(endpoint, { request })
    expect(heard).toEqual([])
  })

  it("hears nothing of waits that are not begun", async () => {
    const { heard, request } = listening()
    world.simulator.play({ status: 429, retryAfter: 300, times: "always" })
    const { problem } = await world.fetch(endpoint, { request })
    expect(problem?.retry).toMatchObject({ reason: "deadline", retry_after_seconds: 300 })
    expect(heard).toEqual([])
  })
})

describe("a client that does not", () => {
  it("hears nothing", async () => {
    const { heard, request } = listening()
    world.simulator.play({ status: 503 })
    await world.fetch(endpoint, { request: { ...request, meta: {} } })
    expect(heard).toEqual([])
  })

  it("can cancel all the same: a request that hangs is let go", async () => {
    world.simulator.play({ fault: "hang", times: "always" })
    const controller = new AbortController()
    const call = world.fetch(endpoint, { request: { signal: controller.signal } })
    await until("the request", () => world.simulator.requests.length === 1)
    expect(await world.simulator.connections()).toBe(1)
    controller.abort()
    await call
    await until("the end of the connection", async () => await world.simulator.connections() === 0)
  })
})
