/**
 * The weather server as its users start it: a process, frames on stdout, and the official client.
 */
import * as Simulator from "@errata/examples/weather/simulator"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Redacted from "effect/Redacted"
import { writeFileSync } from "node:fs"
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import * as SdkClient from "../../wire/SdkClient.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import { failures } from "./fixtures/failures.ts"

const entry = new URL(import.meta.resolve("@errata/examples/weather/main"))
const key = "violet-anvil-cascade-seven"
const path = "/v1/current?location=Paris"

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let simulator: Simulator.Simulator
beforeAll(async () => {
  simulator = await Simulator.open({ apiKey: Redacted.make(key) })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const quickFailures = failures.filter(({ reply }) =>
  reply !== undefined && reply.retryAfter === undefined && reply.fault !== "hang_mid_body"
)

/** Fast where users wait: the decisions themselves are tested with the usual numbers elsewhere. */
const env = (): { readonly [name: string]: string } => ({
  WEATHER_API_URL: simulator.url,
  WEATHER_API_KEY: key,
  WEATHER_ATTEMPT_TIMEOUT: "300 millis",
  WEATHER_RETRY_DELAY: "10 millis",
  WEATHER_OPEN_TIME: "1 millis"
})

const start = async (more: { readonly [name: string]: string } = {}): Promise<StdioServer.StdioServer> => {
  const server = await StdioServer.start({ entry, env: { ...env(), ...more } })
  onTestFinished(server.stop)
  return server
}

describe("through the official client", () => {
  let session: SdkClient.SdkClient
  beforeAll(async () => {
    session = await SdkClient.connect({ entry, env: env() })
  })
  afterAll(() => session.close())

  const listed = async () => (await session.client.listTools()).tools as unknown as ReadonlyArray<Reply.ListedTool>

  it("both tools are listed, as what they are", async () => {
    const { tools } = await session.client.listTools()
    expect(tools.map(({ annotations, name }) => [name, annotations?.readOnlyHint, annotations?.openWorldHint])).toEqual(
      [
        ["get_weather", true, true],
        ["fetch_api_data", true, true]
      ]
    )
  })

  it("the weather is returned", async () => {
    const { structuredContent } = await session.call("get_weather", { location: "Paris" })
    expect(structuredContent).toMatchObject({
      data: { current: { location: "Paris", country: "FR" }, forecast: { location: "Paris" }, alerts: { alerts: [] } },
      degraded: false,
      warnings: []
    })
  })

  it("the weather is returned without what cannot be had", async () => {
    simulator.play({ path: "/v1/alerts", status: 404, times: "always" })
    const { content, isError, structuredContent } = await session.call("get_weather", { location: "Tokyo" })
    expect(isError).toBeUndefined()
    expect(content).toEqual([{ type: "text", text: JSON.stringify(structuredContent) }])
    expect(structuredContent).toMatchObject({
      data: { current: { location: "Tokyo" }, forecast: { location: "Tokyo" } },
      degraded: true,
      warnings: [{ component: "alerts", reason: "not_found: Weather API knows no place called Tokyo" }],
      metadata: { components_requested: 3, components_returned: 2, completeness: 0.67 }
    })
  })

  it("data is fetched, if need be again", async () => {
    simulator.play({ fault: "reset_mid_body" }, { status: 503 })
    const result = await session.call("fetch_api_data", { endpoint: path })
    expect(result.structuredContent).toMatchObject({ status_code: 200, attempts: 3, body: { location: "Paris" } })
    expect(Meta.call(result._meta)?.attempts).toBe(3)
  })

  it.each(quickFailures)(
    "every error keeps the contract: $name",
    async ({ error, reply }) => {
      simulator.play({ ...reply!, times: 4 })
      const { problem } = Reply.failure(await session.call("fetch_api_data", { endpoint: path }), await listed())
      if (problem.type !== "circuit_open") expect(problem.error).toBe(error)
      simulator.reset()
      await expect.poll(async () => (await session.call("fetch_api_data", { endpoint: path })).isError).toBeUndefined()
    }
  )

  it("the arguments are checked", async () => {
    const refused = await session.call("fetch_api_data", { endpoint: "//example.org", attempt: 2 })
    const { problem } = Reply.failure(refused, await listed())
    expect(problem.issues?.map((issue) => issue.path)).toEqual([["attempt"], ["endpoint"]])
    expect(simulator.requests).toHaveLength(0)
  })
})

describe("over the wire", () => {
  it("the key is nowhere, whatever happens", async () => {
    const server = await start()
    await server.call("get_weather", { location: "Paris" })
    const echo = { headers: { "www-authenticate": `Bearer ${key}` }, body: { error: `Bearer ${key}`, [key]: key } }
    for (
      const reply of [
        { ...echo },
        ...[400, 401, 403, 404, 409, 429, 500, 503].map((status) => ({ ...echo, status, times: 4 }))
      ]
    ) {
      simulator.reset()
      simulator.play(reply)
      await server.call("fetch_api_data", { endpoint: path })
    }
    simulator.reset()
    simulator.play({ body: `{"key": ${key}` }, { fault: "reset", times: 4 })
    await server.call("fetch_api_data", { endpoint: path })
    await server.call("fetch_api_data", { endpoint: path })
    await server.stop()
    const output = JSON.stringify([server.frames, server.log, server.impurities()])
    expect(output).toContain("[redacted]")
    for (let i = 0; i <= key.length - 8; i++) expect(output).not.toContain(key.slice(i, i + 8))
  })

  it("progress is told while a call waits, and nothing after a cancel", async () => {
    const server = await start()
    simulator.play({ status: 429, retryAfter: 1 }, { status: 429, retryAfter: 30 })
    const id = server.ask(
      "tools/call",
      StdioServer.toolCall("fetch_api_data", { endpoint: path }, { progressToken: "p" })
    )
    const progress = () => server.frames.filter(({ method }) => method === "notifications/progress")
    await server.wait("two notes of progress", () => progress().length === 2)
    expect(progress().map(({ params }) => [params?.["progressToken"], params?.["message"]])).toEqual([
      ["p", "attempt 2 of 4 in 1 s"],
      ["p", "attempt 3 of 4 in 30 s"]
    ])
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } })
    await server.logLine("the end of the call", (line) => line["outcome"] === "cancelled")
    const { result } = await server.request("tools/list")
    expect(result).toBeDefined()
    expect(server.frames.some((frame) => frame.id === id)).toBe(false)
    expect(progress()).toHaveLength(2)
    expect(simulator.requests).toHaveLength(2)
  })

  it("the log tells of attempts and circuits, with the reference of the call", async () => {
    const server = await start({ WEATHER_OPEN_TIME: "1 minute" })
    simulator.play({ status: 503, times: "always" })
    await server.call("fetch_api_data", { endpoint: path })
    const refused = await server.call("fetch_api_data", { endpoint: path })
    expect(Meta.problem(refused._meta)).toMatchObject({ type: "circuit_open", retry: { retry_after_seconds: 60 } })
    const attempts = server.log.filter(({ message }) => message === "an attempt failed")
    expect(attempts.map((line) => [line["service"], line["error"], line["tool"]])).toEqual(
      Array.from({ length: 5 }, () => ["Weather API", "unavailable", "fetch_api_data"])
    )
    expect(attempts[0]?.["reference_id"]).toMatch(/^[0-9a-f]{8}$/)
    await server.logLine("the circuit", (line) => line.message === "a circuit changed" && line["to"] === "Open")
  })

  it("a request that hangs is let go when the client closes stdin", async () => {
    const server = await StdioServer.start({ entry, env: { ...env(), WEATHER_ATTEMPT_TIMEOUT: "1 minute" } })
    simulator.play({ fault: "hang" })
    server.ask("tools/call", StdioServer.toolCall("fetch_api_data", { endpoint: path }))
    await expect.poll(() => simulator.requests.length).toBe(1)
    await server.stop()
    expect(await server.exit()).toEqual({ code: 0, signal: null })
  })
})

describe("without a service", () => {
  it("a simulator makes the weather up, as a file says", async () => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    writeFileSync(
      folder.at("script.json"),
      JSON.stringify([{ status: 502, delay: "1 millis" }, { status: 404, path: "/v1/alerts" }])
    )
    const server = await StdioServer.start({
      entry,
      env: { WEATHER_SIMULATOR_SCRIPT: folder.at("script.json"), WEATHER_RETRY_DELAY: "10 millis" }
    })
    onTestFinished(server.stop)
    const first = await server.call("fetch_api_data", { endpoint: path })
    expect(first.structuredContent).toMatchObject({ status_code: 200, attempts: 2 })
    expect((await server.call("fetch_api_data", { endpoint: "/v1/alerts?location=Paris" })).isError).toBe(true)
    const { url } = await server.logLine("the simulator", (line) => line.message.includes("made up by a simulator"))
    await fetch(`${String(url)}/_simulator`, {
      method: "POST",
      body: JSON.stringify({ script: [{ path: "/v1/current", status: 401 }] })
    })
    expect(Meta.problem((await server.call("get_weather", { location: "Paris" }))._meta)?.type).toBe("unauthenticated")
  })
})

describe("a configuration that makes no sense", () => {
  const url = "https://weather.example.com"
  it.each([
    ["no key", { WEATHER_API_URL: url }, "WEATHER_API_URL is set but WEATHER_API_KEY is not"],
    [
      "an empty key",
      { WEATHER_API_URL: url, WEATHER_API_KEY: "  " },
      "WEATHER_API_URL is set but WEATHER_API_KEY is not"
    ],
    [
      "a key of two lines",
      { WEATHER_API_URL: url, WEATHER_API_KEY: `${key}\n${key}` },
      "characters that a header cannot carry"
    ],
    ["a key of one letter", { WEATHER_API_URL: url, WEATHER_API_KEY: "e" }, "WEATHER_API_KEY must have at least 8"],
    ["a key of seven", { WEATHER_API_KEY: "pressed" }, "WEATHER_API_KEY must have at least 8 characters"],
    ["no URL", { WEATHER_API_URL: "weather", WEATHER_API_KEY: key }, "WEATHER_API_URL must be an http or https URL"],
    ["another protocol", { WEATHER_API_URL: "ftp://weather", WEATHER_API_KEY: key }, "WEATHER_API_URL must be"],
    [
      "a password in the URL",
      { WEATHER_API_URL: `http://me:${key}@weather`, WEATHER_API_KEY: key },
      "WEATHER_API_URL must be"
    ],
    ["no duration", { WEATHER_ATTEMPT_TIMEOUT: "soon" }, "WEATHER_ATTEMPT_TIMEOUT"],
    [
      "a script that is not there",
      { WEATHER_SIMULATOR_SCRIPT: "/nowhere.json" },
      "/nowhere.json, which holds no script"
    ]
  ])("%s ends it at the start with 78 and one clear line", async (_, env, reason) => {
    const server = StdioServer.spawnServer({ entry, env })
    expect(await server.exit()).toEqual({ code: 78, signal: null })
    expect(server.log).toHaveLength(1)
    expect(server.log[0]).toMatchObject({ level: "Fatal", message: "weather cannot start" })
    expect(server.log[0]?.["reason"]).toContain(reason)
    expect([server.frames, server.impurities()]).toEqual([[], []])
    expect(JSON.stringify(server.log)).not.toContain(key)
  })
})
