/**
 * Measures the calls of a server for the tools that operators have: OpenTelemetry's traces and metrics, and Prometheus.
 *
 * {@link layer}, merged into the runtime's layer, counts every call, and opens a span for each call, attempt and item where the
 * runtime brings a tracer. {@link otlp} sends both to a collector; {@link prometheus} answers `/metrics`. Without the layer a
 * call costs nothing more.
 *
 * **Details**
 *
 * | metric (in Prometheus) | labels | counts |
 * |---|---|---|
 * | `mcp_server_operation_duration_seconds` | `gen_ai_tool_name`, `mcp_method_name`, `gen_ai_operation_name`, `network_transport`, `mcp_protocol_version`; of errors `error_type`, `errata_type`, `errata_category` | a histogram: time from a request to its reply |
 * | `errata_calls_total` | `tool`, `outcome`, `category` | calls that ended |
 * | `errata_calls_in_flight` | `tool` | a gauge: calls that run now |
 * | `errata_defects_total` | `tool`, `error`, `fingerprint` | failures that no tool declares |
 * | `errata_retries_total` | `tool`, `type` | attempts after the first, by what the one before ended with |
 * | `errata_retries_stopped_total` | `tool`, `reason` | calls whose policy gave up: `exhausted`, `budget`, `deadline` |
 * | `errata_retry_budget_available` | `tool` | a gauge: retries left in the budget of the tool's own policy |
 * | `errata_keyed_calls_total` | `tool`, `result` | calls with an idempotency key: `ran`, `replayed`, `verified`, `conflict`, `in_progress`, `outcome_unknown` |
 * | `errata_batch_items_total` | `tool`, `result` | items of batches: `succeeded`, `failed`, `not_attempted` |
 * | `errata_identical_failures_total` | `tool`, `type`, `result` | failures that are their caller's third of one call, or later: `ran`, or `answered` without running |
 * | `errata_degraded_total` | `tool` | answers that lack optional parts |
 *
 * Circuit breakers add `errata_circuits_not_closed`, `errata_circuit_transitions_total` and `errata_circuit_rejections_total`.
 * OpenTelemetry knows the first by its own name, `mcp.server.operation.duration`, and its labels with dots.
 *
 * Labels are bounded: a tool that the server does not have never becomes one, and beyond the options' bounds all are `_OTHER`.
 * Neither labels nor spans hold arguments, messages of successes, or the id of a session (its hash is `mcp.session.id`).
 *
 * **Example** (Counting calls for Prometheus)
 *
 * ```ts import.meta.vitest
 * import * as Handler from "@errata/mcp-adapter/Handler"
 * import * as Telemetry from "@errata/mcp-adapter/Telemetry"
 * import * as Tool from "@errata/core/Tool"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import * as Metric from "effect/Metric"
 *
 * const ping = Tool.make("ping", { description: "Answers.", input: {}, safety: "read" })
 * // a registry of its own, since other examples count in the one of the process
 * const registry = Layer.succeed(Metric.MetricRegistry, new Map())
 * const runtime = ManagedRuntime.make(Telemetry.layer.pipe(Layer.provideMerge(registry)))
 * const call = Handler.make(Tool.handle(ping, () => Effect.void), { runtime, logsCalls: false })
 * await call({})
 *
 * const metrics = Telemetry.prometheus({ runtime })
 * const page = await (await metrics(new Request("http://127.0.0.1/metrics"))).text()
 * page.includes('errata_calls_total{tool="ping",outcome="success",category="none"} 1') // => true
 * ```
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Observers } from "../call/internal/observer.ts"
import { observerLayer } from "../call/internal/observerLayer.ts"
import * as RuntimeSource from "../call/internal/runtime.ts"
import type { Runtime } from "../call/Runtime.ts"
import * as Headers from "./internal/telemetry/headers.ts"
import { makeTelemetry, type Options } from "./internal/telemetry/observe.ts"

export type {
  /**
   * Holds the headers of a trace.
   *
   * @category models
   * @since 0.1.0
   */
  TraceHeaders
} from "./internal/telemetry/headers.ts"
export type {
  /**
   * Configures what is measured.
   *
   * @category models
   * @since 0.1.0
   */
  Options
} from "./internal/telemetry/observe.ts"

/**
 * Measures the calls of the runtime that it is merged into, by other bounds than the default.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<Observers> =>
  observerLayer(
    Effect.contextWith((context: Context.Context<never>) => Effect.sync(() => makeTelemetry(context, options)))
  )

/**
 * Measures the calls of the runtime that it is merged into.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Observers> = /*#__PURE__*/ layerWith({})

/**
 * Sends spans and metrics to a collector, where `OTEL_EXPORTER_OTLP_ENDPOINT` and OpenTelemetry's other variables of the environment
 * say; does nothing where they name none. Merge it beside {@link layer}.
 *
 * **Details**
 *
 * It sends through effect's own exporters, loaded when the layer is built. What was measured last is sent when the runtime is
 * disposed of.
 *
 * @category layers
 * @since 0.1.0
 */
export const otlp = (options?: {
  /** The service's name. Default: `OTEL_SERVICE_NAME`. */
  readonly serviceName?: string | undefined
  /** The service's version. Default: none. */
  readonly serviceVersion?: string | undefined
  /** Sends log lines too, redacted, beside those on stderr. Default: `false`. */
  readonly sendsLogs?: boolean | undefined
}): Layer.Layer<never> => Layer.unwrap(Effect.map(Effect.promise(() => exporters()), ({ otlp }) => otlp(options ?? {})))

/**
 * Makes what answers `/metrics`, in Prometheus' text format. It answers whoever asks: leave the question of who may to the server
 * that it stands in.
 *
 * @category handlers
 * @since 0.1.0
 */
export const prometheus = (options?: {
  /** Brings the registry of metrics. Default: that of the process, where effect keeps metrics if a runtime brings none. */
  readonly runtime?: Runtime<never> | undefined
}): (request: Request) => Promise<Response> => {
  const source = RuntimeSource.source(options?.runtime, (context) => context)
  return async ({ method }) => {
    if (method !== "GET" && method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } })
    }
    const { exposition } = await exporters()
    const text = exposition(source.current() ?? await source.load())
    return new Response(method === "HEAD" ? null : text, {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" }
    })
  }
}

const exporters = () => import("./internal/telemetry/exporters.ts")

/**
 * Returns the headers that let the spans of a service that a handler calls stand below those of the call: `traceparent`, and the
 * client's `tracestate` where the trace is the client's. Without spans of its own a server passes the client's on.
 *
 * effect's `HttpClient` sends `traceparent` by itself wherever a span is open; this is for other clients. The client's `baggage`
 * is not passed on: it may hold what another service must not see.
 *
 * **Example** (Calling a service with fetch)
 *
 * ```ts import.meta.vitest
 * import * as Telemetry from "@errata/mcp-adapter/Telemetry"
 * import * as Effect from "effect/Effect"
 *
 * const invoice = (id: string) =>
 *   Effect.gen(function*() {
 *     const headers = yield* Telemetry.headers
 *     return yield* Effect.tryPromise((signal) =>
 *       fetch(`https://billing.example/invoices/${id}`, { headers: { ...headers }, signal })
 *     )
 *   })
 * Effect.runSync(Telemetry.headers) // => {}
 * typeof invoice // => "function"
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const headers: Effect.Effect<Headers.TraceHeaders> = Headers.headers
