/** What `Telemetry` counts and traces, and that what its page says of itself is so. */
import * as Batch from "@errata/core/Batch"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as RetryBudget from "@errata/core/RetryBudget"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Telemetry from "@errata/mcp-adapter/Telemetry"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"

const now = RetryPolicy.make(Schedule.recurs(2))
const input = { mode: Schema.String }
const work = Tool.make("work", {
  description: "d",
  input,
  output: Schema.String,
  errors: [Errors.Unavailable, Errors.NotFound],
  safety: "read",
  retry: RetryPolicy.withBudget(now, RetryBudget.make({ initial: 3, perSecond: 0, ratio: 0, capacity: 3 }))
})
let tries = 0
const handleWork = Tool.handle(
  work,
  ({ mode }) =>
    Effect.suspend((): Effect.Effect<string, Errors.Unavailable | Errors.NotFound> => {
      switch (mode) {
        case "missing":
          return Effect.fail(new Errors.NotFound({ resource: "It" }))
        case "down":
          return Effect.fail(new Errors.Unavailable({ service: "It" }))
        case "flaky":
          return ++tries < 2 ? Effect.fail(new Errors.Unavailable({ service: "It" })) : Effect.succeed("at last")
        case "broken":
          return Effect.die(new RangeError("no"))
        default:
          return Effect.succeed(mode)
      }
    })
)
const batch = Tool.make("batch", {
  description: "d",
  input: { ids: Schema.Array(Schema.String) },
  output: Batch.Report(Schema.String),
  errors: [],
  safety: "read"
})
const handleBatch = Tool.handle(
  batch,
  ({ ids }) =>
    Batch.forEach(ids, (id) => id === "b" ? Effect.fail(new Errors.NotFound({ resource: id })) : Effect.succeed(id), {
      key: (id) => id
    })
)
const charge = Tool.make("charge", {
  description: "d",
  input: { key: Schema.String, amount: Schema.Finite },
  output: Schema.String,
  errors: [],
  safety: "keyed",
  keyed: "key"
})
const handleCharge = Tool.handle(charge, ({ amount }) => Effect.succeed(`charged ${amount}`))

const Weather = Degrade.parts({ required: { now: Schema.String }, optional: { later: Schema.String } })

const open: Array<{ readonly dispose: () => Promise<void> }> = []
const restore: Array<() => void> = []
afterEach(async () => {
  for (const runtime of open.splice(0)) await runtime.dispose()
  for (const back of restore.splice(0)) back()
})

/** A server's runtime with a registry of its own. */
const runtimeWith = (options?: Telemetry.Options, others: Layer.Layer<never> = Layer.empty) => {
  restore.push(takeStderr(() => undefined))
  const registry: Metric.MetricRegistry = new Map()
  const layer = Layer.mergeAll(Telemetry.layerWith(options ?? {}), IdempotencyStore.layerMemory(), others).pipe(
    Layer.provideMerge(Layer.succeed(Metric.MetricRegistry, registry))
  )
  const runtime = ManagedRuntime.make(layer)
  open.push(runtime)
  const scrape = Telemetry.prometheus({ runtime })
  const page = async () => (await scrape(new Request("http://127.0.0.1/metrics"))).text()
  return { runtime, registry, page, scrape }
}

const linesOf = (page: string, name: string) => page.split("\n").filter((line) => line.startsWith(`${name}{`))

describe("metrics", () => {
  it("count calls by tool, type and category, defects, retries and what stopped them", async () => {
    const { page, runtime } = runtimeWith()
    const call = Handler.make(handleWork, { runtime })
    for (const mode of ["fine", "fine", "missing", "flaky", "broken", "down", "down"]) await call({ mode })
    const text = await page()
    expect(linesOf(text, "errata_calls_total").toSorted()).toEqual([
      "errata_calls_total{tool=\"work\",outcome=\"internal_error\",category=\"permanent\"} 1",
      "errata_calls_total{tool=\"work\",outcome=\"not_found\",category=\"permanent\"} 1",
      "errata_calls_total{tool=\"work\",outcome=\"success\",category=\"none\"} 3",
      "errata_calls_total{tool=\"work\",outcome=\"unavailable\",category=\"transient\"} 2"
    ])
    expect(linesOf(text, "errata_defects_total")).toEqual([
      expect.stringMatching(/^errata_defects_total\{tool="work",error="RangeError",fingerprint="[0-9a-f]{12}"\} 1$/)
    ])
    expect(linesOf(text, "errata_retries_total")).toEqual([
      "errata_retries_total{tool=\"work\",type=\"unavailable\"} 3"
    ])
    expect(linesOf(text, "errata_retries_stopped_total").toSorted()).toEqual([
      "errata_retries_stopped_total{tool=\"work\",reason=\"budget\"} 1",
      "errata_retries_stopped_total{tool=\"work\",reason=\"exhausted\"} 1"
    ])
    expect(linesOf(text, "errata_retry_budget_available")).toEqual(["errata_retry_budget_available{tool=\"work\"} 0"])
    expect(linesOf(text, "errata_calls_in_flight")).toEqual(["errata_calls_in_flight{tool=\"work\"} 0"])
    expect(linesOf(text, "mcp_server_operation_duration_seconds_count")).toContain(
      "mcp_server_operation_duration_seconds_count{mcp_method_name=\"tools/call\",gen_ai_operation_name=\"execute_tool\",gen_ai_tool_name=\"work\",error_type=\"tool_error\",errata_type=\"not_found\",errata_category=\"permanent\"} 1"
    )
    expect(text).toContain("le=\"300\"")
  })

  it("count identical failures of one caller from the third on", async () => {
    const { page, runtime } = runtimeWith()
    const call = Handler.make(handleWork, { runtime, loops: { answers: true } })
    for (let i = 0; i < 5; i++) await call({ mode: "missing" }, { sessionId: "one" })
    for (let i = 0; i < 5; i++) await call({ mode: "missing" })
    expect(linesOf(await page(), "errata_identical_failures_total").toSorted()).toEqual([
      "errata_identical_failures_total{tool=\"work\",type=\"not_found\",result=\"answered\"} 2",
      "errata_identical_failures_total{tool=\"work\",type=\"not_found\",result=\"ran\"} 1"
    ])
  })

  it("count items of batches, degraded answers, and what came of keys", async () => {
    const { page, runtime } = runtimeWith()
    const weather = Tool.make("weather", { description: "d", input: {}, output: Weather.schema, safety: "read" })
    const parts = {
      now: Effect.succeed("sun"),
      later: { effect: Effect.fail(new Errors.Unavailable({ service: "It" })), impact: "No forecast" }
    }
    await Handler.make(Tool.handle(weather, () => Weather.collect(parts)), { runtime })({})
    await Handler.make(handleBatch, { runtime })({ ids: ["a", "b", "c"] })
    const pay = Handler.make(handleCharge, { runtime })
    for (const amount of [1, 1, 2]) await pay({ key: "k-1", amount })
    const text = await page()
    expect(linesOf(text, "errata_degraded_total")).toEqual(["errata_degraded_total{tool=\"weather\"} 1"])
    expect(linesOf(text, "errata_batch_items_total").toSorted()).toEqual([
      "errata_batch_items_total{tool=\"batch\",result=\"failed\"} 1",
      "errata_batch_items_total{tool=\"batch\",result=\"succeeded\"} 2"
    ])
    expect(linesOf(text, "errata_keyed_calls_total").toSorted()).toEqual([
      "errata_keyed_calls_total{tool=\"charge\",result=\"conflict\"} 1",
      "errata_keyed_calls_total{tool=\"charge\",result=\"ran\"} 1",
      "errata_keyed_calls_total{tool=\"charge\",result=\"replayed\"} 1"
    ])
  })

  it("tell calls in flight while they run", async () => {
    const { page, runtime } = runtimeWith()
    await runtime.context()
    const controller = new AbortController()
    const stuck = Handler.make(Tool.handle(work, () => Effect.never), { runtime })
    const reply = stuck({ mode: "x" }, { signal: controller.signal })
    expect(await page()).toContain("errata_calls_in_flight{tool=\"work\"} 1")
    controller.abort()
    await reply
    const text = await page()
    expect(text).toContain("errata_calls_in_flight{tool=\"work\"} 0")
    expect(text).toContain("outcome=\"cancelled\"")
  })

  it("stay bounded, whatever tools and errors there are", async () => {
    const { page, registry, runtime } = runtimeWith({ mostTools: 2, mostTypes: 2, mostFingerprints: 1 })
    for (let i = 0; i < 20; i++) {
      const named = Tool.make(`tool_${i}`, { description: "d", input: {}, safety: "read" })
      class Strange extends Error {
        override readonly name = `Strange${i}`
      }
      await Handler.make(Tool.handle(named, () => Effect.die(new Strange())), { runtime })({})
    }
    expect(registry.size).toBeLessThan(20)
    expect(await page()).toContain("tool=\"_OTHER\",error=\"_OTHER\",fingerprint=\"_OTHER\"")
  })

  it("show no secret that something thrown has for a name", async () => {
    const { page, runtime } = runtimeWith()
    const secret = "sk_live_51H8xkJ2eZvKYlo2C0abcdefgh"
    const thrown = Object.assign(new Error("x"), { name: secret })
    await Handler.make(Tool.handle(work, () => Effect.die(thrown)), { runtime })({ mode: "x" })
    const text = await page()
    expect(text).toContain("errata_defects_total")
    expect(text).not.toContain(secret)
  })

  it("are answered to GET and HEAD alone", async () => {
    const { scrape } = runtimeWith()
    const post = await scrape(new Request("http://127.0.0.1/metrics", { method: "POST" }))
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"])
    const head = await scrape(new Request("http://127.0.0.1/metrics", { method: "HEAD" }))
    expect([head.status, await head.text()]).toEqual([200, ""])
  })

  it("are those that the module's table names, with these labels", async () => {
    const source = readFileSync(new URL("../../packages/mcp-adapter/src/serve/Telemetry.ts", import.meta.url), "utf8")
    const rows = [...source.matchAll(/^ \* \| `([a-z_]+)` \| (.*?) \|/gm)]
    const documented = new Map(rows.map(([, name, labels]) => [
      name!,
      [...labels!.matchAll(/`([a-z_]+)`/g)].map(([, label]) => label!).toSorted()
    ]))
    const { page, runtime } = runtimeWith()
    tries = 0
    const call = Handler.make(handleWork, { runtime })
    for (const mode of ["flaky", "broken", "missing"]) {
      await call({ mode }, {
        origin: { requestId: 1, sessionId: "s", requestInfo: { headers: { "mcp-protocol-version": "2025-06-18" } } }
      })
    }
    const text = await page()
    const labelsOf = (name: string) => {
      const lines = [...linesOf(text, name), ...linesOf(text, `${name}_count`)]
      const all = lines.flatMap((line) => [...line.matchAll(/[{,]([a-z_]+)="/g)].map(([, label]) => label!))
      return [...new Set(all)].toSorted()
    }
    for (const name of ["mcp_server_operation_duration_seconds", "errata_calls_total", "errata_defects_total"]) {
      expect([name, documented.get(name)]).toEqual([name, labelsOf(name)])
    }
    expect(documented.size).toBe(11)
  })
})

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

describe("traces", () => {
  it("are opened beside a tracer, unless options say otherwise, and not without one", async () => {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Layer.succeed(
      Tracer.Tracer,
      Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
    )
    const { runtime } = runtimeWith({}, tracer)
    await Handler.make(handleWork, { runtime })({ mode: "fine" })
    expect(spans.map(({ name }) => name)).toEqual(["tools/call work", "attempt"])
    await Handler.make(handleWork, { runtime, opensSpans: false })({ mode: "fine" })
    expect(spans).toHaveLength(2)
    await Handler.make(handleWork, { runtime: runtimeWith({ opensSpans: false }, tracer).runtime })({ mode: "fine" })
    expect(spans).toHaveLength(2)
  })

  it("go on in the services that a handler calls", async () => {
    const seen: Array<IncomingHttpHeaders> = []
    const server = createServer((request, response) => {
      seen.push(request.headers)
      response.end("{}")
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Layer.succeed(
      Tracer.Tracer,
      Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
    )
    const handled = Tool.handle(work, () =>
      Effect.gen(function*() {
        yield* HttpClient.get(url)
        return JSON.stringify(yield* Telemetry.headers)
      }).pipe(Effect.provide(FetchHttpClient.layer), Effect.orDie))
    const { runtime } = runtimeWith({}, tracer)
    const meta = { traceparent, tracestate: "vendor=1" }
    const result = await Handler.make(handled, { runtime })({ mode: "x" }, { meta })
    server.close()
    const [, trace] = traceparent.split("-")
    expect(seen[0]?.["traceparent"]).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
    const client = spans.find(({ kind }) => kind === "client")
    expect(seen[0]?.["traceparent"]).toContain(client?.spanId)
    const attempt = spans.find(({ name }) => name === "attempt")
    expect(result.structuredContent).toEqual({
      result: JSON.stringify({ traceparent: `00-${trace}-${attempt?.spanId}-01`, tracestate: "vendor=1" })
    })
  })

  it("go on without spans of ours, and only as headers", async () => {
    const handled = Tool.handle(work, () => Effect.map(Telemetry.headers, (headers) => JSON.stringify(headers)))
    const call = Handler.make(handled, { logsCalls: false })
    const told = async (meta: object) =>
      JSON.parse((await call({ mode: "x" }, { meta: meta as never })).structuredContent?.["result"] as string) as object
    expect(await told({ traceparent, tracestate: "a=b" })).toEqual({ traceparent, tracestate: "a=b" })
    expect(await told({ traceparent, tracestate: "a=b\r\nx-admin: 1" })).toEqual({ traceparent })
    expect(await told({ traceparent: "x\r\ny", tracestate: "a=b" })).toEqual({})
    expect(await told({})).toEqual({})
  })

  it("and metrics are sent where the environment says, and nowhere else", async () => {
    const sent = new Map<string, string>()
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk: Buffer) => void (body += chunk.toString()))
      request.on("end", () => {
        sent.set(request.url!, (sent.get(request.url!) ?? "") + body)
        response.end("{}")
      })
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const called = async (env: Record<string, string>) => {
      const config = ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
      const { runtime } = runtimeWith({}, Layer.provide(Telemetry.otlp({ serviceName: "shop" }), config))
      await Handler.make(handleWork, { runtime })({ mode: "missing" })
      await runtime.dispose()
    }
    await called({})
    expect(sent.size).toBe(0)
    await called({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" })
    server.close()
    expect([...sent.keys()].toSorted()).toEqual(["/v1/metrics", "/v1/traces"])
    const { resourceMetrics } = JSON.parse(sent.get("/v1/metrics")!) as {
      readonly resourceMetrics: ReadonlyArray<
        { readonly scopeMetrics: ReadonlyArray<{ readonly metrics: ReadonlyArray<Metric> }> }
      >
    }
    interface Metric {
      readonly name: string
      readonly unit: string
      readonly histogram?: { readonly dataPoints: ReadonlyArray<{ readonly explicitBounds: ReadonlyArray<number> }> }
    }
    const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    const duration = metrics.find(({ name }) => name === "mcp.server.operation.duration")
    expect(duration?.unit).toBe("s")
    expect(duration?.histogram?.dataPoints[0]?.explicitBounds).toEqual(
      [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]
    )
    expect(sent.get("/v1/traces")).toContain("tools/call work")
    expect(sent.get("/v1/traces")).toContain("shop")
  })
})
