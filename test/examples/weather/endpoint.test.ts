import { Endpoint, resolve } from "@errata/examples/weather/endpoint"
import * as Schema from "effect/Schema"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as World from "./fixtures/World.ts"

let world: World.World
beforeAll(async () => {
  world = await World.make()
})
afterAll(() => world.close())

const notUrl = "Expected a path on the weather service, not a URL"
const noSlash = "Expected a path that begins with /"
const segments = "Expected a path without empty segments or encoded slashes"
const dots = "Expected a path without . and .. segments"
const characters = "Expected a percent-encoded path without spaces, backslashes or #"
const encoding = "Expected a path whose percent-encoding is valid"
const twice = "Expected a path that is percent-encoded once"

const hostile: ReadonlyArray<readonly [endpoint: string, message: string]> = [
  ["http://example.org/v1/current", notUrl],
  ["HTTPS://example.org", notUrl],
  ["file:///etc/passwd", notUrl],
  ["javascript:alert(1)", notUrl],
  ["", noSlash],
  ["v1/current", noSlash],
  ["?location=Paris", noSlash],
  ["@example.org/", noSlash],
  [":8080/", noSlash],
  ["//example.org/v1/current", segments],
  ["///example.org", segments],
  ["/v1//current", segments],
  ["/%2f/example.org", segments],
  ["/%2Fexample.org", segments],
  ["/v1/%5cexample.org", segments],
  ["/\\example.org", characters],
  ["/\t/example.org", characters],
  ["/\n/example.org", characters],
  ["/v1/current?location=New York", characters],
  ["/v1/current#top", characters],
  ["/v1/São", characters],
  ["/v1/current?location=Paris\r\nX-Evil: 1", characters],
  ["/v1/\u0000", characters],
  ["/..", dots],
  ["/../admin", dots],
  ["/v1/../../admin", dots],
  ["/v1/./current", dots],
  ["/v1/%2e%2e/admin", dots],
  ["/v1/.%2E/admin", dots],
  ["/v1/..;/admin", dots],
  ["/v1/%252e%252e/admin", twice],
  ["/v1/%zz", encoding],
  ["/v1/%", encoding],
  [`/${"x".repeat(2_000)}`, "Expected at most 2000 characters"]
]

describe("an endpoint that could lead elsewhere", () => {
  it.each(hostile)("%j is refused before anything is sent", async (endpoint, message) => {
    const { problem } = await world.fetch(endpoint)
    expect(problem).toMatchObject({
      type: "invalid_arguments",
      category: "validation",
      issues: [{ path: ["endpoint"], message }],
      retry: { should_retry: false, attempts_made: 0 }
    })
    expect(world.simulator.requests).toHaveLength(0)
  })

  it("is told how it should look", async () => {
    const { problem, text } = await world.fetch("//example.org")
    expect(text).toContain(
      "- endpoint: Expected a path without empty segments or encoded slashes. Example: \"/v1/current?location=Paris\""
    )
    expect(problem?.issues?.[0]?.examples).toContain("/v1/alerts?location=New%20York")
  })
})

describe("an endpoint that is accepted", () => {
  const isEndpoint = Schema.is(Endpoint)

  it.each([
    "/",
    "/v1/current",
    "/v1/current/",
    "/v1/a.b/..c/...",
    "/v1/x?next=//example.org/..&u=http://example.org",
    "/v1/a:b@c",
    "/v1/%C3%A9"
  ])(
    "%s",
    (endpoint) => expect(isEndpoint(endpoint)).toBe(true)
  )

  it("stays on the service, whatever it is made of", () => {
    const parts = [
      "/",
      "//",
      "\\",
      ".",
      "..",
      "%2e",
      "%2E",
      "%2f",
      "%5c",
      "%25",
      "%00",
      "%",
      ":",
      "@",
      "?",
      "#",
      ";",
      "a",
      "v1",
      "evil.org",
      "http:",
      "\t",
      " ",
      "&",
      "=",
      "é"
    ]
    let seed = 42
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below
    const base = new URL("http://service.test/weather")
    let accepted = 0
    for (let i = 0; i < 50_000; i++) {
      const endpoint = `/${Array.from({ length: random(7) }, () => parts[random(parts.length)]).join("")}`
      if (!isEndpoint(endpoint)) continue
      accepted++
      const url = resolve(base, endpoint)
      expect(url.origin).toBe(base.origin)
      expect(url.username + url.password).toBe("")
      expect(url.pathname).toBe(`/weather${endpoint.split("?", 1)[0]}`) // nothing was resolved away
    }
    expect(accepted).toBeGreaterThan(500)
  })
})
