import type { Benchmark } from "./lib/benchmark.ts"

interface Entry {
  readonly load: () => Promise<{ readonly benchmark: Benchmark }>
  /** Holds what the process needs. */
  readonly flags?: ReadonlyArray<string>
}

/** Effect compiles schemas to functions instead of interpreting them. */
const compiled = ["--import=effect/schema/SchemaJITCompiler/enable"]

/** All benchmarks, by the number that the goals have and a word. */
export const benchmarks: { readonly [name: string]: Entry } = {
  "P1-success": { load: () => import("./success.ts") },
  "P1-success-compiled": { load: () => import("./success.ts"), flags: compiled },
  "P2-defaults": { load: () => import("./defaults.ts") },
  "P3-failure": { load: () => import("./failure.ts") },
  "P4-error-value": { load: () => import("./error-value.ts") },
  "P5-retry": { load: () => import("./retry.ts") },
  "P6-batch": { load: () => import("./batch.ts") },
  "P7-batch-small": { load: () => import("./batch-small.ts") },
  "P8-arguments": { load: () => import("./arguments.ts") },
  "P8-validation": { load: () => import("./validation.ts") },
  "P8-validation-compiled": { load: () => import("./validation.ts"), flags: compiled },
  "P9-idempotency": { load: () => import("./idempotency.ts") },
  "P10-cold-start": { load: () => import("./cold-start.ts") },
  "P12-in-flight": { load: () => import("./in-flight.ts") },
  "P13-allocation": { load: () => import("./allocation.ts"), flags: ["--expose-gc", "--max-semi-space-size=64"] },
  "P14-bundle": { load: () => import("./bundle.ts") },
  redaction: { load: () => import("./redaction.ts") },
  hosts: { load: () => import("./hosts.ts") },
  wrap: { load: () => import("./wrap.ts") }
}
