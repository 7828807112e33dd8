/**
 * What a batch comes to, written down as plainly as possible: one item after the other, nothing shared with the code under test.
 */
import type * as Advice from "@errata/core/Advice"
import type * as ToolError from "@errata/core/ToolError"

export interface Step {
  readonly key: string
  /** What happens: a value, an error, or something that nobody foresaw. */
  readonly does: { readonly value: number } | { readonly error: ToolError.Any } | "dies"
}

export interface Expected {
  readonly status: string
  readonly results: ReadonlyArray<readonly [index: number, key: string, value: number]>
  readonly errors: ReadonlyArray<readonly [index: number, key: string, type: string, category: string]>
  readonly skipped: ReadonlyArray<readonly [index: number, key: string]>
  readonly byType: { readonly [type: string]: number }
  readonly byCategory: { readonly [category: string]: number }
  readonly retryKeys: ReadonlyArray<string>
  readonly retryAfter: number | undefined
  readonly succeeds: (rate: number) => boolean
}

export const naive = (
  steps: ReadonlyArray<Step>,
  { describe, safety, stopAfter }: {
    readonly safety: Advice.Safety
    readonly stopAfter: number | undefined
    readonly describe: (
      error: ToolError.Any
    ) => { readonly type: string; readonly family: string; readonly after: number | undefined }
  }
): Expected => {
  const results: Array<[number, string, number]> = []
  const errors: Array<[number, string, string, string]> = []
  const skipped: Array<[number, string]> = []
  const again: Array<[number, string]> = []
  const unsafe: Array<string> = []
  let retryAfter: number | undefined
  steps.forEach(({ does, key }, index) => {
    if (errors.length >= (stopAfter ?? Number.POSITIVE_INFINITY)) {
      skipped.push([index, key])
      again.push([index, key])
    } else if (does === "dies") {
      errors.push([index, key, "internal_error", "permanent"])
    } else if ("value" in does) {
      results.push([index, key, does.value])
    } else {
      const { after, family, type } = describe(does.error)
      if (family === "transient" && safety === "once") {
        errors.push([index, key, "outcome_unknown", "permanent"])
        unsafe.push(key)
      } else {
        errors.push([index, key, type, family])
        if (type === "outcome_unknown") unsafe.push(key)
        if (family === "transient") {
          again.push([index, key])
          if (after !== undefined) retryAfter = Math.max(retryAfter ?? 0, after)
        }
      }
    }
  })
  const total = steps.length
  return {
    status: results.length === total ? "success" : results.length === 0 ? "failed" : "partial",
    results,
    errors,
    skipped,
    byType: count(errors.map(([, , type]) => type)),
    byCategory: count(errors.map(([, , , category]) => category)),
    retryKeys: again.filter(([, key]) => !unsafe.includes(key)).map(([, key]) => key),
    retryAfter,
    succeeds: (rate) => total === 0 || results.length / total >= rate
  }
}

const count = (names: ReadonlyArray<string>): { [name: string]: number } => {
  const counts: { [name: string]: number } = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
