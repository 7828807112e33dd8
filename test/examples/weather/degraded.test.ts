import { afterEach, describe, expect, it } from "vitest"
import * as World from "./fixtures/World.ts"

let world: World.World
afterEach(() => world.close())

const sleep = (virtualSeconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, (virtualSeconds * 1000) / World.speed))

const paths = () =>
  world.simulator.requests.map(({ path }) => path.split("?")[0]!).toSorted((a, b) => a.localeCompare(b))
const down = (part: string) => ({ path: `/v1/${part}`, status: 503, times: "always" } as const)

const noOutlook = "There is no outlook for the next days"
const noAlerts = "There may be alerts that are not listed: do not conclude that there are none"

describe("get_weather asks for", () => {
  it("all parts by default", async () => {
    world = await World.make()
    const { value } = await world.weather({ location: "London" })
    expect(value).toMatchObject({
      data: {
        current: { location: "London" },
        forecast: { location: "London" },
        alerts: { alerts: [{ event: "Wind" }] }
      },
      degraded: false,
      warnings: [],
      metadata: { components_requested: 3, components_returned: 3, completeness: 1 }
    })
    expect(paths()).toEqual(["/v1/alerts", "/v1/current", "/v1/forecast"])
  })

  it.each([
    [{ include_forecast: false }, ["/v1/alerts", "/v1/current"]],
    [{ include_alerts: false }, ["/v1/current", "/v1/forecast"]],
    [{ include_alerts: false, include_forecast: false }, ["/v1/current"]]
  ])("what is wanted: %j", async (wanted, expected) => {
    world = await World.make()
    const { value } = await world.weather({ location: "Paris", ...wanted })
    expect(paths()).toEqual(expected)
    expect(Object.keys(value!.data)).toHaveLength(expected.length)
    expect(value).toMatchObject({
      degraded: false,
      metadata: { components_requested: expected.length, completeness: 1 }
    })
  })
})

describe("an optional part that fails", () => {
  it("is missing, and the answer says what that means", async () => {
    world = await World.make()
    world.simulator.play(down("forecast"), { path: "/v1/alerts", body: { alerts: "none" }, times: "always" })
    const { result, text, value } = await world.weather({ location: "Paris" })
    expect(result.isError).toBeUndefined()
    expect(JSON.parse(text)).toEqual(result.structuredContent)
    expect(value).toEqual({
      data: { current: expect.objectContaining({ location: "Paris" }) as unknown },
      degraded: true,
      warnings: [
        { component: "forecast", reason: "unavailable: Weather API is unavailable", impact: noOutlook },
        {
          component: "alerts",
          reason: "malformed_response: Weather API returned an unexpected response: it does not fit its schema",
          impact: noAlerts
        }
      ],
      metadata: { components_requested: 3, components_returned: 1, completeness: 0.33 }
    })
    expect(paths().filter((path) => path === "/v1/forecast")).toHaveLength(4) // what may pass is tried again
    expect(world.log.filter((line) => line.includes("a part is missing"))).toHaveLength(2)
  })

  it.each(["reset", "garbage", "reset_mid_body"] as const)("whatever the connection does: %s", async (fault) => {
    world = await World.make()
    world.simulator.play({ path: "/v1/alerts", fault, times: "always" })
    const { value } = await world.weather({ location: "Paris" })
    expect(value?.warnings.map(({ component }) => component)).toEqual(["alerts"])
  })

  it("is not waited for longer than 15 s", async () => {
    world = await World.make()
    world.simulator.play({ path: "/v1/forecast", fault: "hang", times: "always" })
    const { value } = await world.weather({ location: "Paris" })
    expect(value?.warnings).toEqual([{
      component: "forecast",
      reason: "timeout: Weather API took longer than 15 s",
      impact: noOutlook
    }])
  })

  it("is not waited for longer than the call has", async () => {
    world = await World.make()
    world.simulator.play({ path: "/v1/forecast", fault: "hang", times: "always" })
    const { value } = await world.weather({ location: "Paris" }, { timeout: "12 seconds" })
    expect(value?.data.current.location).toBe("Paris")
    expect(value?.warnings).toMatchObject([{ component: "forecast", impact: noOutlook }])
    expect(value?.warnings[0]?.reason).toMatch(/^timeout: /)
  })

  it("does not keep anybody from what works, however often it fails", async () => {
    world = await World.make()
    world.simulator.play(down("forecast"), down("alerts"))
    for (let i = 0; i < 5; i++) {
      const { value } = await world.weather({ location: "Paris" })
      expect(value?.data.current.location).toBe("Paris")
      expect(value?.warnings).toHaveLength(2)
    }
    const { value } = await world.weather({ location: "Paris" })
    expect(value?.warnings[0]?.reason).toBe("circuit_open: Weather API failed repeatedly and is not called for now")
    expect((await world.fetch("/v1/current?location=Paris")).value?.status_code).toBe(200)
  })
})

describe("the required part that fails", () => {
  it("is the error of the whole", async () => {
    world = await World.make()
    world.simulator.play({ path: "/v1/current", status: 403 })
    const { problem, result } = await world.weather({ location: "Paris" })
    expect(problem).toMatchObject({ type: "permission_denied" })
    expect(result.structuredContent).toBeUndefined()
  })
})

describe("a last good value", () => {
  it("stands in for a part that cannot be had for now, and says how old it is", async () => {
    world = await World.make()
    const fresh = await world.weather({ location: "London" })
    world.simulator.play(down("forecast"), down("alerts"))
    await sleep(60)
    const { value } = await world.weather({ location: " LONDON " })
    expect(value?.data).toMatchObject({ forecast: fresh.value!.data.forecast, alerts: fresh.value!.data.alerts })
    expect(value?.warnings).toMatchObject([
      { component: "forecast", reason: "unavailable: Weather API is unavailable" },
      { component: "alerts", impact: "Alerts of the last minutes may be missing" }
    ])
    for (const { stale_seconds } of value!.warnings) {
      expect(stale_seconds).toBeGreaterThanOrEqual(60)
      expect(stale_seconds).toBeLessThan(300)
    }
    expect(value?.metadata).toEqual({ components_requested: 3, components_returned: 3, completeness: 1 })
  })

  it("stands in for none of another place", async () => {
    world = await World.make()
    await world.weather({ location: "London" })
    world.simulator.play(down("forecast"))
    const { value } = await world.weather({ location: "Paris" })
    expect(value?.data).not.toHaveProperty("forecast")
  })

  it("stands in for nothing that is gone for good", async () => {
    world = await World.make()
    await world.weather({ location: "London" })
    world.simulator.play({ path: "/v1/forecast", status: 404 })
    const { value } = await world.weather({ location: "London" })
    expect(value?.data).not.toHaveProperty("forecast")
    expect(value?.warnings[0]?.reason).toMatch(/^not_found: /)
  })
})
