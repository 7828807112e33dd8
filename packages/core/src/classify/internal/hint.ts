import { bodyOf } from "./body.ts"
import { headerReader, type ReadHeader } from "./headers.ts"
import { at, isObject, items, property, text } from "./read.ts"
import { httpDate, secondsOf } from "./wait.ts"

/** Describes how long to wait, and where that was read. */
export interface Hint {
  readonly seconds: number
  readonly read: string
}

type Wait = (value: unknown, read: string, unit?: 1 | 0.001) => Hint | undefined

/** Lists where a client keeps the headers of what it received. */
const places = [
  "response.headers",
  "headers",
  "responseHeaders",
  "response.header",
  "$response.headers",
  "output.headers",
  "meta.headers",
  "metadata"
]

/** Returns the headers of a failure, or of the response that it carries. */
export const headersOf = (failure: unknown): ReadHeader => {
  for (const place of places) {
    const headers = at(failure, place)
    if (isObject(headers)) return headerReader(headers)
  }
  return () => undefined
}

/**
 * Returns the hint of a failure: of its headers, else of its body, else its own. `limited` says that a limit of the rate was met:
 * only then the headers that tell of such limits count, since some services send them with every response.
 */
export const hintOf = (
  failure: unknown,
  { carrier = failure, limited, now }: {
    readonly carrier?: unknown
    readonly limited: boolean
    readonly now: number | undefined
  }
): Hint | undefined => {
  const header = headersOf(carrier)
  const clock = httpDate(header("date")) ?? now
  const wait: Wait = (value, read, unit) => {
    const seconds = value === undefined || value === null ? undefined : secondsOf(value, clock, unit)
    return seconds === undefined ? undefined : { seconds, read }
  }
  return ofHeaders(header, wait, limited) ?? ofBody(bodyOf(carrier), wait) ?? ofFailure(failure, wait)
}

const ofHeaders = (header: ReadHeader, wait: Wait, limited: boolean): Hint | undefined =>
  wait(header("retry-after-ms"), "retry-after-ms", 0.001) ??
    wait(header("x-ms-retry-after-ms"), "x-ms-retry-after-ms", 0.001) ??
    wait(header("retry-after"), "retry-after") ??
    wait(header("grpc-retry-pushback-ms"), "grpc-retry-pushback-ms", 0.001) ??
    (limited ? ofLimits(header, wait) : undefined)

const ofLimits = (header: ReadHeader, wait: Wait): Hint | undefined =>
  ofField(header("ratelimit"), wait) ??
    longestOf(
      header,
      wait,
      [
        ["ratelimit-reset", "ratelimit-remaining"],
        ["x-ratelimit-reset-after", "x-ratelimit-remaining"],
        ["x-ratelimit-reset", "x-ratelimit-remaining"],
        ["x-rate-limit-reset", "x-rate-limit-remaining"]
      ].map((pair) => [pair])
    ) ??
    longestOf(header, wait, [
      ["requests", "tokens"].map((what) => [`x-ratelimit-reset-${what}`, `x-ratelimit-remaining-${what}`]),
      ["requests", "tokens", "input-tokens", "output-tokens"].map((what) => [
        `anthropic-ratelimit-${what}-reset`,
        `anthropic-ratelimit-${what}-remaining`
      ])
    ])

type Window = ReadonlyArray<string>

/** Returns the longest wait of the windows that are used up, or else of those that do not say so. */
const longestOf = (
  header: ReadHeader,
  wait: Wait,
  sets: ReadonlyArray<ReadonlyArray<Window>>
): Hint | undefined => {
  for (const set of sets) {
    const windows = set.flatMap(([reset, remaining]) => {
      const hint = wait(header(reset!), reset!)
      return hint === undefined ? [] : [{ hint, left: header(remaining!) }]
    })
    const usedUp = windows.filter(({ left }) => left !== undefined && Number(left) <= 0)
    const silent = windows.filter(({ left }) => left === undefined)
    const found = (usedUp.length > 0 ? usedUp : silent).map(({ hint }) => hint)
    if (found.length > 0) return found.reduce((a, b) => b.seconds > a.seconds ? b : a)
  }
  return undefined
}

/** Reads the field `RateLimit`: `"default";r=0;t=30`, or in older drafts `limit=100, remaining=0, reset=30`. */
const ofField = (field: string | undefined, wait: Wait): Hint | undefined => {
  if (field === undefined) return undefined
  const number = (from: string, name: string): string | undefined =>
    new RegExp(`(?:^|[;,\\s])${name}=(\\d+(?:\\.\\d+)?)`).exec(from)?.[1]
  const waits = (/[;,\s]t=/.test(field) ? field.split(",", 20) : [field]).flatMap((item) => {
    const left = number(item, "r") ?? number(item, "remaining")
    const hint = left === undefined || Number(left) <= 0
      ? wait(number(item, "t") ?? number(item, "reset"), "ratelimit")
      : undefined
    return hint === undefined ? [] : [hint]
  })
  return waits.length === 0 ? undefined : waits.reduce((a, b) => b.seconds > a.seconds ? b : a)
}

const inBody: ReadonlyArray<readonly [path: string, unit: 1 | 0.001]> = [
  ["retry_after", 1],
  ["retry-after", 1],
  ["retryAfter", 1],
  ["retry_after_seconds", 1],
  ["retryAfterSeconds", 1],
  ["retry_after_ms", 0.001],
  ["parameters.retry_after", 1],
  ["error.retry_after", 1],
  ["error.retryAfter", 1],
  ["extensions.retryAfter", 1]
]

const ofBody = (body: unknown, wait: Wait): Hint | undefined => {
  for (const [path, unit] of inBody) {
    const hint = wait(at(body, path), `body.${path}`, unit)
    if (hint !== undefined) return hint
  }
  // Google's RetryInfo
  for (const detail of items(at(body, "error.details"), 20)) {
    const hint = wait(property(detail, "retryDelay"), "body.error.details.retryDelay")
    if (hint !== undefined) return hint
  }
  return undefined
}

const own: ReadonlyArray<readonly [path: string, unit: 1 | 0.001]> = [
  ["retryAfterMs", 0.001],
  ["retryAfterMillis", 0.001],
  ["msBeforeNext", 0.001],
  ["timeToReset", 0.001],
  ["retryAfter", 1],
  ["retryAfterSeconds", 1],
  ["retry_after_seconds", 1],
  ["retry_after", 1],
  ["retry-after", 1],
  ["retryAfterHint", 1],
  ["parameters.retry_after", 1],
  ["reason.retryAfter", 1],
  ["extensions.retryAfter", 1]
]

const ofFailure = (failure: unknown, wait: Wait): Hint | undefined => {
  for (const [path, unit] of own) {
    const hint = wait(at(failure, path), path, unit)
    if (hint !== undefined) return hint
  }
  return text(failure, "retryDelay") === undefined && typeof property(failure, "retryDelay") !== "number"
    ? undefined
    : wait(property(failure, "retryDelay"), "retryDelay", 0.001) // AWS SDK 2
}
