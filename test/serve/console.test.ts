/** The operator's page, in real Chromium: what it shows, that it runs nothing, and that everybody can use it. */
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as Console from "@errata/mcp-adapter/Console"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Telemetry from "@errata/mcp-adapter/Telemetry"
import axe from "axe-core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { spawnSync } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { takeStderr } from "../support/stderr.ts"

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const evil = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
const secret = "sk_live_51H8xkJ2eZvKYlo2C0abcdefgh"

const tool = (name: string) =>
  Tool.make(name, {
    description: "d",
    input: { mode: Schema.String, note: Schema.optionalKey(Schema.String) },
    output: Schema.String,
    errors: [Errors.Unavailable, Errors.NotFound, Errors.CircuitOpen],
    safety: "read",
    retry: RetryPolicy.make(Schedule.spaced("2 millis"), { maxRetries: 1 })
  })

const failing = (mode: string): Effect.Effect<string, Errors.Unavailable | Errors.NotFound> => {
  switch (mode) {
    case "missing":
      return Effect.fail(new Errors.NotFound({ resource: "It" }))
    case "down":
      return Effect.fail(new Errors.Unavailable({ service: "It", cause: new Error(`${evil} password=${secret}`) }))
    case "broken":
      return Effect.die(Object.assign(new Error(`${evil} token ${secret}`), { name: evil }))
    default:
      return Effect.succeed(mode)
  }
}

/** A page with calls in it, and a server that shows it. */
const shown = async () => {
  const restore = takeStderr(() => undefined)
  const page = Console.make({ name: `Shop ${evil}`, mostCalls: 200 })
  const registry: Metric.MetricRegistry = new Map()
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(page.layer, Telemetry.layer).pipe(
      Layer.provideMerge(Layer.succeed(Metric.MetricRegistry, registry))
    )
  )
  const breaker = await runtime.runPromise(
    Effect.scopedWith((scope) =>
      Effect.provideService(
        CircuitBreaker.make({ service: `Bank ${evil}`, tripPolicy: CircuitBreaker.consecutive(1) }),
        Scope.Scope,
        scope
      )
    )
  )
  const charge = Handler.make(Tool.handle(tool("charge"), ({ mode }) => breaker(failing(mode))), { runtime })
  const look = Handler.make(Tool.handle(tool("look"), ({ mode }) => failing(mode)), { runtime })
  for (const mode of ["fine", "missing", "down", "broken", "fine"]) await look({ mode, note: `${evil} ${secret}` })
  for (const mode of ["down", "fine"]) await charge({ mode })
  restore()
  const server = createServer((request, response) => {
    void page.handler(new Request(`http://127.0.0.1${request.url}`, { method: request.method! })).then(
      async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
      }
    )
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/console`
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await runtime.dispose()
  }
  return { url, close, page, look }
}

const isThere = (): string | undefined => {
  const found = ["chromium", "chromium-browser", "google-chrome"].map((name) =>
    spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim()
  )
  return found.find((path) => path !== "")
}

const executablePath = isThere()

it("has a browser to be tried in", () => {
  if (process.env["CI"] === "true") expect(executablePath).toBeDefined()
})

describe.skipIf(executablePath === undefined)("the console in Chromium", () => {
  let server: Awaited<ReturnType<typeof shown>>
  let browser: Browser
  let page: Page
  const problems: Array<string> = []
  beforeAll(async () => {
    server = await shown()
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] })
    page = await browser.newPage()
    page.on("console", (message) => void problems.push(message.text()))
    page.on("pageerror", (error) => void problems.push(String(error)))
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url)) problems.push(`it asked for ${request.url()}`)
    })
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const violations = async () => {
    await page.evaluate(axe.source)
    const found = await page.evaluate("axe.run()") as { readonly violations: ReadonlyArray<{ readonly id: string }> }
    return found.violations.map(({ id }) => id)
  }

  it("shows errors over time and by type, circuits, tools and recent calls", async () => {
    await page.goto(server.url)
    expect(await page.locator("header").innerText()).toContain("7 calls, 5 errors (71.4 %)")
    const headings = await page.locator("h2").allInnerTexts()
    expect(headings).toEqual([
      "Errors and retries over time",
      "Errors by type",
      "Circuit breakers",
      "Slowest tools",
      "Recent calls"
    ])
    const types = await page.locator("section[aria-labelledby=types] tbody tr").allInnerTexts()
    expect(types.map((row) => row.split("\t").slice(0, 3))).toEqual([
      ["circuit_open", "transient", "2"],
      ["not_found", "permanent", "1"],
      ["unavailable", "transient", "1"],
      ["internal_error", "permanent", "1"]
    ])
    expect(await page.locator("section[aria-labelledby=circuits] tbody tr").innerText()).toContain("1 not closed")
    expect(await page.locator("svg rect").count()).toBeGreaterThan(0)
    const calls = page.locator("section[aria-labelledby=calls] tbody tr")
    expect(await calls.count()).toBe(5)
    await page.selectOption("select[name=show]", "all")
    await page.selectOption("select[name=tool]", "look")
    await page.click("button")
    expect(await calls.count()).toBe(5)
    expect(await page.locator("section[aria-labelledby=calls]").innerText()).not.toContain("charge\t")
  })

  it("tells the story of a call behind its reference", async () => {
    await page.goto(server.url)
    await page.locator("section[aria-labelledby=calls] tbody tr", { hasText: "unavailable" }).last().locator("a")
      .click()
    const text = await page.locator("main").innerText()
    expect(text).toContain("unavailable (transient)")
    expect(text).toMatch(/1\tUnavailable\tunavailable\t2 ms/)
    expect(text).toMatch(/[0-9a-f]{12}/)
    expect(text).toContain("Cause")
    await page.click("header a")
    expect(await page.locator("h2").count()).toBe(5)
  })

  it("runs nothing that a call or an address brings, loads nothing, and shows no secret", async () => {
    problems.length = 0
    await page.goto(`${server.url}?show=all`)
    const addresses = await page.locator("a").evaluateAll((links) =>
      links.map((link) => (link as unknown as { readonly href: string }).href)
    )
    const evils = [`?call=${encodeURIComponent(evil)}`, `?tool=${encodeURIComponent(evil)}`, "?call=", "?show=%00"]
    for (const address of [...new Set(addresses), ...evils.map((query) => server.url + query)]) {
      await page.goto(address)
      expect(await page.title()).not.toBe("owned")
      expect(await page.locator("img, script, iframe, object").count()).toBe(0)
      expect(await page.content()).not.toContain(secret)
    }
    const expected = (problem: string) => /status of 404|favicon/.test(problem)
    expect(problems.filter((problem) => !expected(problem))).toEqual([])
    expect(addresses.length).toBeGreaterThan(10)
  })

  it("lets its policy refuse what markup would run, were there any", async () => {
    await page.goto(server.url)
    await page.evaluate(() => {
      const { document } = globalThis as unknown as {
        readonly document: { readonly body: { insertAdjacentHTML: (where: string, text: string) => void } }
      }
      document.body.insertAdjacentHTML(
        "beforeend",
        "<img src=x onerror=\"document.title='owned'\"><b style='color:red'>x</b>"
      )
    })
    await page.waitForFunction("document.images.length === 1")
    expect(await page.title()).not.toBe("owned")
  })

  it.each(["light", "dark"] as const)("breaks no rule of accessibility, in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await page.goto(`${server.url}?show=all`)
    await page.locator("summary").click()
    expect(await violations()).toEqual([])
    await page.locator("section[aria-labelledby=calls] tbody a").first().click()
    expect(await violations()).toEqual([])
    await page.goto(`${server.url}?call=0badc0de`)
    expect(await violations()).toEqual([])
  })

  it("works with the keyboard alone", async () => {
    await page.goto(server.url)
    await page.keyboard.press("Tab")
    expect(await page.locator(":focus").innerText()).toBe("Skip to the content")
    const seen = new Set<string>()
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab")
      seen.add(
        await page.evaluate(
          "document.activeElement.tagName + ' ' + (document.activeElement.textContent || '').slice(0, 12)"
        )
      )
    }
    expect([...seen].some((one) => one.startsWith("SUMMARY"))).toBe(true)
    expect([...seen].some((one) => one.startsWith("SELECT"))).toBe(true)
    expect([...seen].some((one) => one.startsWith("BUTTON"))).toBe(true)
  })
})

describe("the console", () => {
  it("answers GET and HEAD alone, under a policy that lets nothing in", async () => {
    const { handler } = Console.make()
    const ask = (method: string) => handler(new Request("http://127.0.0.1/console", { method }))
    expect([(await ask("POST")).status, (await ask("HEAD")).status]).toEqual([405, 200])
    const { headers } = await ask("GET")
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'/
    )
    expect(headers.get("cache-control")).toBe("no-store")
  })

  it("stays bounded, and keeps failures when successes flood it", async () => {
    const page = Console.make({ mostCalls: 10 })
    const restore = takeStderr(() => undefined)
    const call = Handler.make(Tool.handle(tool("look"), ({ mode }) => failing(mode)), { runtime: page.layer })
    await call({ mode: "missing" })
    for (let i = 0; i < 50; i++) await call({ mode: "fine" })
    restore()
    const text = await (await page.handler(new Request("http://127.0.0.1/?show=all"))).text()
    expect(text).toContain("51 calls, 1 errors")
    expect(text).toContain("The latest 6 of 6")
    expect(text).toContain("not_found")
  })

  it("watches services that are built already, beside other observers", async () => {
    const page = Console.make()
    const runtime = ManagedRuntime.make(Telemetry.layer)
    const context = page.watch(await runtime.context())
    await Handler.make(Tool.handle(tool("look"), ({ mode }) => failing(mode)), { runtime: context, logsCalls: false })({
      mode: "fine"
    })
    expect(await (await page.handler(new Request("http://127.0.0.1/"))).text()).toContain("1 calls, 0 errors")
    await runtime.dispose()
  })

  it("refuses bounds that are none", () => {
    expect(() => Console.make({ mostCalls: 1 })).toThrow("mostCalls")
    expect(() => Console.make({ minutes: 0.5 })).toThrow("minutes")
  })
})
