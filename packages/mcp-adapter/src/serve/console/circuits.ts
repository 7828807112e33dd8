import type * as Context from "effect/Context"
import * as Metric from "effect/Metric"

/** Tells how the circuits to a service do. */
export interface OfService {
  readonly service: string
  notClosed: number
  transitions: number
  rejections: number
}

/** Reads what circuit breakers counted in the registry of a runtime. */
export const circuitsOf = (context: Context.Context<never>): ReadonlyArray<OfService> => {
  const services = new Map<string, OfService>()
  for (const metric of Metric.snapshotUnsafe(context)) {
    if (!metric.id.startsWith("errata_circuit")) continue
    const service = metric.attributes?.["service"] ?? "?"
    const one = services.get(service) ?? { service, notClosed: 0, transitions: 0, rejections: 0 }
    services.set(service, one)
    if (metric.id === "errata_circuits_not_closed" && metric.type === "Gauge") {
      one.notClosed = Number(metric.state.value)
    }
    if (metric.type !== "Counter") continue
    const count = Number(metric.state.count)
    if (metric.id === "errata_circuit_transitions_total") one.transitions += count
    if (metric.id === "errata_circuit_rejections_total") one.rejections += count
  }
  return [...services.values()].toSorted((a, b) => b.notClosed - a.notClosed)
}
