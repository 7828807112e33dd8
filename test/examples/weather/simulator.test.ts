import type { Reply } from "@errata/examples/weather/simulation/script"
import * as Simulator from "@errata/examples/weather/simulator"
import * as Redacted from "effect/Redacted"
import { afterEach, beforeEach, describe, expect, it } from "vitest"

let simulator: Simulator.Simulator
beforeEach(async () => {
  simulator = await Simulator.open({ apiKey: Redacted.make("the-key"), now: () => Date.UTC(2026, 10, 21, 12) })
})
afterEach(() => simulator.close())

const get = (path: string, key = "the-key") =>
  fetch(simulator.url + path, { headers: { authorization: `Bearer ${key}` } })
const control = (body: unknown) => fetch(`${simulator.url}/_simulator`, { method: "POST", body: JSON.stringify(body) })

describe("the simulated weather", () => {
  it("is there for a few cities, however they are written", async () => {
    const answer = await get("/v1/current?location=%20reykjavik%20")
    expect(answer.status).toBe(200)
    expect(answer.headers.get("content-type")).toBe("application/json")
    expect(await answer.json()).toMatchObject({ location: "Reykjavík", observed_at: "2026-11-21T12:00:00.000Z" })
  })

  it("has forecasts and alerts", async () => {
    const forecast = await (await get("/v1/forecast?location=Tokyo")).json() as { days: Array<{ date: string }> }
    expect(forecast.days.map(({ date }) => date)).toEqual([
      "2026-11-22",
      "2026-11-23",
      "2026-11-24",
      "2026-11-25",
      "2026-11-26"
    ])
    expect(await (await get("/v1/alerts?location=Tokyo")).json()).toMatchObject({ alerts: [{ event: "Dry air" }] })
    expect(await (await get("/v1/alerts?location=Paris")).json()).toEqual({ location: "Paris", alerts: [] })
  })

  it.each([
    ["an unknown place", "/v1/current?location=Atlantis", 404],
    ["an unknown path", "/v2/current?location=Paris", 404],
    ["no place", "/v1/current", 400]
  ])("refuses %s", async (_, path, status) => expect((await get(path)).status).toBe(status))

  it("asks for its key", async () => {
    expect((await get("/v1/current?location=Paris", "another")).status).toBe(401)
    expect((await fetch(`${simulator.url}/v1/current?location=Paris`)).status).toBe(401)
  })

  it("is only read", async () => {
    const answer = await fetch(`${simulator.url}/v1/current?location=Paris`, { method: "DELETE" })
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"])
  })

  it("listens on the loopback interface only", () => expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/))
})

describe("a script", () => {
  it("is played in its order, and then it is over", async () => {
    simulator.play({ status: 503 }, { status: 500, times: 2 })
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await get("/v1/current?location=Paris")).status)
    expect(statuses).toEqual([503, 500, 500, 200])
  })

  it("is for the paths that it names", async () => {
    simulator.play({ path: "/v1/forecast", status: 503, times: "always" })
    expect((await get("/v1/current?location=Paris")).status).toBe(200)
    expect((await get("/v1/forecast?location=Paris")).status).toBe(503)
  })

  it("sets headers, Retry-After in both forms, bodies and delays", async () => {
    simulator.play(
      { status: 429, retryAfter: 7, headers: { "x-a": "b" } },
      { status: 429, retryAfterDate: 7 },
      { body: { a: 1 } },
      { body: "text" },
      { delay: "50 millis" }
    )
    const [seconds, date, json, text] = [await get("/a"), await get("/a"), await get("/a"), await get("/a")]
    expect([seconds.headers.get("retry-after"), seconds.headers.get("x-a")]).toEqual(["7", "b"])
    expect(date.headers.get("retry-after")).toBe("Sat, 21 Nov 2026 12:00:07 GMT")
    expect([await json.text(), await text.text()]).toEqual(["{\"a\":1}", "text"])
    const startedAt = performance.now()
    await get("/v1/current?location=Paris")
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49)
  })

  it.each(
    [
      ["reset", "ECONNRESET"],
      ["close", "UND_ERR_SOCKET"],
      ["garbage", undefined]
    ] satisfies ReadonlyArray<[Reply["fault"], string | undefined]>
  )("cuts the connection: %s", async (fault, code) => {
    simulator.play({ fault })
    await expect(get("/a")).rejects.toMatchObject({ cause: code === undefined ? expect.anything() : { code } })
  })

  it.each(["reset_mid_body", "close_mid_body"] as const)("cuts the connection in the middle: %s", async (fault) => {
    simulator.play({ fault, body: { long: "x".repeat(1_000) } })
    const answer = await get("/v1/current?location=Paris")
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow("terminated")
  })

  it.each(["hang", "hang_mid_body"] as const)("is silent: %s", async (fault) => {
    simulator.play({ fault })
    const body = fetch(`${simulator.url}/a`, { signal: AbortSignal.timeout(100) }).then((answer) => answer.text())
    await expect(body).rejects.toMatchObject({ name: "TimeoutError" })
  })

  it("ends with the simulator, whatever is under way", async () => {
    const other = await Simulator.open({ script: [{ fault: "hang" }, { delay: "1 hour" }] })
    const pending = [fetch(other.url), fetch(other.url)].map((answer) => expect(answer).rejects.toThrow("fetch failed"))
    while (other.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    await other.close()
    await Promise.all(pending)
  })
})

describe("the control endpoint", () => {
  it("plays a script and tells of the requests, but not of keys", async () => {
    expect((await control({ script: [{ status: 503, times: 2, delay: "1 millis" }, { fault: "reset" }] })).status).toBe(
      200
    )
    expect((await get("/a")).status).toBe(503)
    expect((await get("/b")).status).toBe(503)
    await expect(get("/c")).rejects.toThrow()
    const told = await (await control({})).text()
    expect(JSON.parse(told)).toMatchObject({
      requests: [{ method: "GET", path: "/a" }, { path: "/b" }, { path: "/c" }]
    })
    expect(told).not.toContain("the-key")
  })

  it("forgets", async () => {
    await control({ script: [{ status: 503, times: "always" }] })
    await get("/a")
    expect(await (await control({ reset: true })).json()).toEqual({ requests: [] })
    expect((await get("/v1/current?location=Paris")).status).toBe(200)
  })

  it.each([{ script: [{ fault: "earthquake" }] }, { script: [{ status: "503" }] }, { script: "503" }, 503, null])(
    "refuses what is no script: %j",
    async (body) => expect((await control(body)).status).toBe(400)
  )

  it("refuses what is no JSON, and what only asks", async () => {
    expect((await fetch(`${simulator.url}/_simulator`, { method: "POST", body: "{" })).status).toBe(400)
    expect((await get("/_simulator")).status).toBe(405)
  })
})
