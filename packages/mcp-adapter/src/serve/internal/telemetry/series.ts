import type * as Context from "effect/Context"
import * as Metric from "effect/Metric"
import type { Described } from "./table.ts"

/** Stands for a value beyond those that are told apart, as OpenTelemetry names it. */
export const other = "_OTHER"

/** Tells at most so many values apart: whoever could choose new ones for ever would fill the memory of every collector. */
export const bounded = (most: number): (value: string) => string => {
  const known = new Set<string>()
  return (value) => {
    const short = value.slice(0, 100)
    if (known.has(short)) return short
    if (known.size >= most) return other
    known.add(short)
    return short
  }
}

/** Holds the series of one metric, each made once. */
export interface Series {
  /** Adds to a counter or histogram, or sets a gauge. */
  readonly update: (labels: ReadonlyArray<string | undefined>, value: number) => void
}

/** OpenTelemetry's bounds for the durations of MCP. */
const boundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

/** Makes a metric that is updated without a fiber, in the registry of a runtime. */
export const makeSeries = ({ description, kind, labels, name }: Described, context: Context.Context<never>): Series => {
  const metric: Metric.Metric<number, unknown> = kind === "counter"
    ? Metric.counter(name, { description, incremental: true })
    : kind === "gauge"
    ? Metric.gauge(name, { description })
    : Metric.histogram(name, { description, boundaries, attributes: { unit: "s" } })
  const all = new Map<string, Metric.Metric<number, unknown>>()
  return {
    update: (values, value) => {
      const key = values.join("\n")
      let one = all.get(key)
      if (one === undefined) {
        const given = labels.flatMap((label, i) => values[i] === undefined ? [] : [[label, values[i]] as const])
        one = Metric.withAttributes(metric, Object.fromEntries(given))
        all.set(key, one)
      }
      one.updateUnsafe(value, context)
    }
  }
}
