import type { Benchmark } from "./lib/benchmark.ts"

interface Entry {
  readonly load: () => Promise<{ readonly benchmark: Benchmark }>
  /** Holds what the process needs. */
  readonly flags?: ReadonlyArray<string>
  /** Is true for what a quick run leaves out. */
  readonly isSlow?: boolean
}

/** Effect compiles schemas to functions instead of interpreting them. */
const compiled = ["--import=effect/schema/SchemaJITCompiler/enable"]

/** All benchmarks, from end to end first, by the number that the goals have and a word. */
export const benchmarks: { readonly [name: string]: Entry } = {
  "end-to-end": { load: () => import("./end-to-end.ts") },
  "P12-in-flight": { load: () => import("./in-flight.ts") },
  "P11-http": { load: () => import("./http.ts") },
  "P10-cold-start": { load: () => import("./cold-start.ts") },
  "P1b-async": { load: () => import("./async.ts") },
  "P16-scale": { load: () => import("./scale.ts") },
  "P1-success": { load: () => import("./success.ts") },
  "P1-success-compiled": { load: () => import("./success.ts"), flags: compiled, isSlow: true },
  "P2-defaults": { load: () => import("./defaults.ts") },
  "P3-failure": { load: () => import("./failure.ts") },
  "P4-error-value": { load: () => import("./error-value.ts") },
  "P5-retry": { load: () => import("./retry.ts") },
  "P6-batch": { load: () => import("./batch.ts"), isSlow: true },
  "P7-batch-small": { load: () => import("./batch-small.ts") },
  "P8-arguments": { load: () => import("./arguments.ts") },
  "P8-validation": { load: () => import("./validation.ts") },
  "P8-validation-compiled": { load: () => import("./validation.ts"), flags: compiled },
  "P9-idempotency": { load: () => import("./idempotency.ts"), isSlow: true },
  allocation: {
    load: () => import("./allocation.ts"),
    flags: ["--expose-gc", "--max-semi-space-size=64"],
    isSlow: true
  },
  "P14-bundle": { load: () => import("./bundle.ts") },
  "P15-characters": { load: () => import("./characters.ts") },
  telemetry: { load: () => import("./telemetry.ts") },
  redaction: { load: () => import("./redaction.ts"), isSlow: true },
  suggestion: { load: () => import("./suggestion.ts") },
  hosts: { load: () => import("./hosts.ts"), isSlow: true },
  wrap: { load: () => import("./wrap.ts"), isSlow: true }
}
