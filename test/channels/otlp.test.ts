/** What effect's own OTLP layer sends to a collector: spans, logs and metrics of calls, and no raw cause. */
import * as Handler from "@errata/mcp-adapter/Handler"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as Scope from "effect/Scope"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { beforeAll, describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"
import { readable, saidAt, secret } from "./texts.ts"
import { existing, tools } from "./tools.ts"

/** Takes what is sent, until it is closed. */
const collector = async () => {
  const sent = new Map<string, Array<string>>()
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk: Buffer) => void (body += chunk.toString()))
    request.on("end", () => {
      sent.set(request.url!, [...sent.get(request.url!) ?? [], body])
      response.end("{}")
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent, close }
}

const ats = Array.from({ length: 60 }, (_, i) => 31 * i)

describe("effect's OTLP layer", () => {
  let sent: Map<string, ReadonlyArray<string>>
  beforeAll(async () => {
    const restore = takeStderr(() => undefined) // the channels tell of it
    const here = await collector()
    const scope = Scope.makeUnsafe()
    const otlp = Otlp.layerJson({
      baseUrl: here.url,
      resource: { serviceName: "channels" },
      shutdownTimeout: "20 seconds"
    })
    const runtime = await Effect.runPromise(
      Layer.buildWithScope(Layer.provide(otlp, FetchHttpClient.layer), scope)
    )
    const options = { runtime: runtime as never, opensSpans: true }
    for (const at of [undefined, ...ats]) {
      const meta = at === undefined ? {} : { at }
      for (const tool of tools) await Handler.make(tool as never, options as never)({}, { meta })
      const context = { signal: new AbortController().signal, sendNotification: () => Promise.resolve(), _meta: meta }
      await wrapHandler((context: unknown) => existing("throws")({}, context), options)(context)
    }
    await Effect.runPromise(Scope.close(scope, Exit.void))
    here.close()
    restore()
    sent = here.sent
  })

  it.each(["/v1/traces", "/v1/logs"])("%s: a word of every failure comes, and none of its secrets", (path) => {
    const text = sent.get(path)?.join("\n") ?? ""
    expect(text).toContain("opening")
    expect(text).toContain("[redacted]")
    expect(text).not.toContain(secret)
    expect(readable(text.replaceAll("\\\\", "\\"), ats)).toEqual([])
  })

  it("spans tell of failures: what came is what was looked at", () => {
    const traces = sent.get("/v1/traces")!.map((body) => JSON.parse(body) as Traces)
    const spans = traces.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    )
    expect(spans.length).toBeGreaterThan(5 * ats.length)
    expect(spans.filter(({ status }) => status.code === 2).length).toBeGreaterThan(3 * ats.length)
    expect(saidAt(undefined).secret).toBe(secret)
  })
})

interface Traces {
  readonly resourceSpans: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<
      { readonly spans: ReadonlyArray<{ readonly status: { readonly code: number } }> }
    >
  }>
}
