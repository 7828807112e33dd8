/** Describes a metric: its name in OTLP, in Prometheus, and what its labels say. */
export interface Described {
  readonly name: string
  /** The name that `/metrics` shows; a histogram's ends in `_bucket`, `_sum` and `_count`. */
  readonly prometheus: string
  readonly kind: "counter" | "gauge" | "histogram"
  readonly description: string
  readonly labels: ReadonlyArray<string>
}

const counter = (name: string, description: string, labels: ReadonlyArray<string>): Described => ({
  name,
  prometheus: name,
  kind: "counter",
  description,
  labels
})

const gauge = (name: string, description: string, labels: ReadonlyArray<string>): Described => ({
  ...counter(name, description, labels),
  kind: "gauge"
})

/** Every metric of calls. The guide's table and the dashboards are checked against it. */
export const table = {
  duration: {
    name: "mcp.server.operation.duration",
    prometheus: "mcp_server_operation_duration_seconds",
    kind: "histogram",
    description: "Time from a request to its reply",
    labels: [
      "mcp.method.name",
      "gen_ai.operation.name",
      "gen_ai.tool.name",
      "network.transport",
      "mcp.protocol.version",
      "error.type",
      "errata.type",
      "errata.category"
    ]
  },
  calls: counter("errata_calls_total", "Calls that ended", ["tool", "outcome", "category"]),
  inFlight: gauge("errata_calls_in_flight", "Calls that run now", ["tool"]),
  defects: counter("errata_defects_total", "Failures that no tool declares", ["tool", "error", "fingerprint"]),
  retries: counter("errata_retries_total", "Attempts after the first", ["tool", "type"]),
  stopped: counter("errata_retries_stopped_total", "Calls whose policy gave up", ["tool", "reason"]),
  budget: gauge("errata_retry_budget_available", "Retries that are left in a tool's budget", ["tool"]),
  keyed: counter("errata_keyed_calls_total", "Calls with an idempotency key", ["tool", "result"]),
  items: counter("errata_batch_items_total", "Items of batches", ["tool", "result"]),
  identical: counter(
    "errata_identical_failures_total",
    "Failures that are their caller's third of one call, or later",
    [
      "tool",
      "type",
      "result"
    ]
  ),
  degraded: counter("errata_degraded_total", "Answers that lack optional parts", ["tool"])
} as const satisfies { readonly [name: string]: Described }
