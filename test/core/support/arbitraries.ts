/**
 * Generates what the laws are tried on: hostile values, hostile errors, causes, JSON.
 *
 * Everything is built from a seed, so that a failing run can be repeated by its number. `ERRATA_FUZZ_RUNS` raises the
 * number of runs of every property.
 */
import * as Errors from "@errata/core/Errors"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Schema from "effect/Schema"

/** How many runs a property gets: a few in CI, as many as asked for elsewhere. */
export const runs = (few: number): { readonly arbitrary: { readonly runs: number }; readonly timeout: number } => {
  const asked = Number(process.env["ERRATA_FUZZ_RUNS"] ?? 0)
  return { arbitrary: { runs: Math.max(few, asked) }, timeout: 60_000 + asked * 20 }
}

/** A source of randomness that a seed determines. */
export interface Source {
  readonly int: (below: number) => number
  readonly pick: <A>(from: ReadonlyArray<A>) => A
  readonly chance: (percent: number) => boolean
}

export const source = (seed: number): Source => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const int = (below: number) => Math.floor(next() * below)
  return { int, pick: (from) => from[int(from.length)]!, chance: (percent) => int(100) < percent }
}

/** Anything that can be built from a seed, as an arbitrary. */
export const seeded = <A>(build: (source: Source) => A): Arbitrary.Arbitrary<A> =>
  Arbitrary.map(
    Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff_ffff }))),
    (seed) => build(source(seed))
  )

const fragments = [
  "",
  "a",
  "Document",
  "DOC-1",
  "naïve café",
  "日本語",
  "👩‍👩‍👧‍👦",
  "\n",
  "\r\n",
  "\t",
  "\u0000",
  "\u001b[31m",
  "\u0085",
  "\u2028",
  "\u2029",
  "\u202e",
  "\u2066",
  "\u200b",
  "\ufeff",
  "\ud800",
  "\udc00",
  "\udfff x",
  "Error: not_found (transient). Retry later.",
  "\nReference: deadbeef",
  "Details: {}",
  "[redacted]",
  "\\",
  "\"",
  "`",
  "${x}",
  "__proto__",
  "%s %d",
  "<script>",
  "  ",
  "...",
  "…",
  "$1$&",
  ": ",
  "=",
  "://"
]

/** Text that tries to be something else. */
export const text = (from: Source): string => {
  const parts = Array.from({ length: 1 + from.int(6) }, () => from.pick(fragments))
  return from.chance(3) ? parts.join(" ").repeat(2000) : parts.join(from.pick(["", " ", "\n"]))
}

export const anyText: Arbitrary.Arbitrary<string> = seeded(text)

const throws = () => {
  throw new Error("hostile")
}

const throwing = new Proxy({}, {
  get: throws,
  has: throws,
  ownKeys: throws,
  getPrototypeOf: throws,
  getOwnPropertyDescriptor: throws,
  set: throws,
  deleteProperty: throws,
  defineProperty: throws
})

const revoked = <A extends object>(target: A): A => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

const cycle = () => {
  const a: Record<string, unknown> = { name: "a" }
  a["self"] = a
  a["list"] = [a, { a }]
  return a
}

const nested = (depth: number): unknown => {
  let out: unknown = "deep"
  for (let i = 0; i < depth; i++) out = i % 2 === 0 ? { out } : [out]
  return out
}

const withoutPrototype = () => Object.assign(Object.create(null) as object, { a: 1, toString: "no function" })

const makers: ReadonlyArray<(from: Source) => unknown> = [
  text,
  (from) => from.pick([0, -0, 1, -1, 1.5, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER, 1e308, 5e-324]),
  (from) => from.pick([true, false, null, undefined]),
  () => 12345678901234567890n,
  () => Symbol("s"),
  () => throws,
  () => class Hostile {},
  () => throwing,
  () => revoked({}),
  () => revoked([]),
  () => revoked(() => 1),
  () => cycle(),
  () => nested(200),
  () => nested(5000),
  () => withoutPrototype(),
  () => Object.freeze({ frozen: Object.freeze([1]) }),
  () => ({
    get thrower() {
      return throws()
    }
  }),
  () => ({ toJSON: throws }),
  () => ({ toJSON: () => cycle() }),
  () => ({ toString: throws, valueOf: throws, [Symbol.toPrimitive]: throws }),
  () => ({ length: -1, 0: "x" }),
  () => ({ then: throws }), // oxlint-disable-line unicorn/no-thenable -- hostile values have one
  () => JSON.parse("{\"__proto__\":{\"polluted\":1},\"constructor\":{\"prototype\":{\"polluted\":1}}}") as unknown,
  () => new Date(Number.NaN),
  () => new Map([[throwing, cycle()]]),
  () => new Set([Symbol("x")]),
  () => new Uint8Array(1000),
  () => new Error("plain", { cause: new Error("inner", { cause: throwing }) }),
  () => Object.freeze(new Error("frozen")),
  () => Object.assign(new Error("x"), { toJSON: throws, stack: undefined }),
  () => Object.defineProperty(new Error("x"), "message", { get: throws }),
  () => Object.defineProperty(new Error("x"), "stack", { get: throws }),
  () => Object.defineProperty(new Error("x"), "cause", { get: throws }),
  () => Object.setPrototypeOf(new Error("x"), null) as unknown,
  () => new AggregateError([throwing, new Error("y")], "several"),
  () => ({ _tag: "HttpClientError", reason: throwing }),
  () => ({
    _tag: "SqlError",
    reason: {
      get _tag() {
        return throws()
      }
    }
  }),
  () => ({ code: "ECONNRESET", errors: revoked([]), cause: throwing }),
  () => ({ status: 429, headers: { get: throws } }),
  () => ({ response: { status: 503, headers: throwing } }),
  () => ({ isRetryable: true, retryAfter: throwing }),
  () => ({ "~errata/ToolError": "transient", "~errata/ToolError/definition": null }),
  () => new Proxy(new Errors.NotFound({ resource: "x" }), { get: throws }),
  (from) => Array.from({ length: from.int(400) }, (_, i) => i),
  (from) => Object.fromEntries(Array.from({ length: from.int(400) }, (_, i) => [`k${i}`, i])),
  (from) => [hostile(from), hostile(from)],
  (from) => ({ a: hostile(from), [text(from)]: hostile(from) })
]

/** A value that may break whoever looks at it. */
export const hostile = (from: Source): unknown => from.pick(makers)(from)

export const anyHostile: Arbitrary.Arbitrary<unknown> = seeded(hostile)

/** Every hostile maker once: for tests that must not miss one. */
export const everyHostile: ReadonlyArray<unknown> = makers.map((make, i) => make(source(i)))

/** What a copy of an error sees: its enumerable properties. */
export const fieldsOf = (error: object | undefined): { readonly [name: string]: unknown } =>
  Object.fromEntries(Object.entries(error ?? {}))

/** A string of 10 MB, built once. */
export const tenMegabytes: string = "0123456789abcdef ".repeat(617_000)

/** JSON as a client might send it. */
export const json = (from: Source, depth = 3): Schema.Json => {
  const kind = from.int(depth === 0 ? 4 : 6)
  switch (kind) {
    case 0:
      return text(from)
    case 1:
      return from.pick([0, 1, -1, 0.5, 1e21, 1e-7])
    case 2:
      return from.chance(50)
    case 3:
      return null
    case 4:
      return Array.from({ length: from.int(4) }, () => json(from, depth - 1))
    default:
      return Object.fromEntries(Array.from({ length: from.int(4) }, () => [text(from), json(from, depth - 1)]))
  }
}

const plainText = (from: Source): string =>
  from.pick(["Document", "invoice 7", "naïve café", "日本語", "", "a\nb", "\u202eabc", "x".repeat(700)])
const number = (from: Source): number => from.pick([0, 1, 2.5, 429, 503, 1e9, -1])

/** How an instance of each stock class is made; `InvalidArguments` is made from issues. */
export const stockMakers = {
  NotFound: (s) => new Errors.NotFound({ resource: plainText(s), ...s.chance(50) ? { id: plainText(s) } : {} }),
  AlreadyExists: (s) => new Errors.AlreadyExists({ resource: plainText(s), id: plainText(s) }),
  Conflict: (s) => new Errors.Conflict({ resource: plainText(s), reason: plainText(s) }),
  PermissionDenied: (s) =>
    new Errors.PermissionDenied({ action: "read", resource: plainText(s), required_permission: "docs:read" }),
  Unauthenticated: (s) => new Errors.Unauthenticated({ service: plainText(s) }),
  RateLimited: (s) => new Errors.RateLimited({ service: plainText(s), retry_after_seconds: number(s) }),
  Timeout: (s) =>
    new Errors.Timeout({ operation: plainText(s), ...s.chance(50) ? { timeout_seconds: number(s) } : {} }),
  Unavailable: (s) =>
    new Errors.Unavailable({ service: plainText(s), reason: "down", status_code: 503, retry_after_seconds: number(s) }),
  ConnectionFailed: (s) => new Errors.ConnectionFailed({ service: plainText(s), reason: plainText(s) }),
  UpstreamError: (s) => new Errors.UpstreamError({ service: plainText(s), status_code: number(s) }),
  UpstreamRejected: (s) =>
    new Errors.UpstreamRejected({ service: plainText(s), status_code: number(s), reason: plainText(s) }),
  MalformedResponse: (s) => new Errors.MalformedResponse({ service: plainText(s), reason: plainText(s) }),
  CircuitOpen: (s) => new Errors.CircuitOpen({ service: plainText(s), retry_after_seconds: number(s) }),
  Overloaded: (s) => new Errors.Overloaded({ service: plainText(s) }),
  InProgress: (s) => new Errors.InProgress({ operation: plainText(s), retry_after_seconds: number(s) }),
  OutcomeUnknown: (s) => new Errors.OutcomeUnknown({ operation: plainText(s) }),
  QuotaExhausted: (s) => new Errors.QuotaExhausted({ service: plainText(s) }),
  HandleExpired: (s) => new Errors.HandleExpired({ handle: plainText(s), create_with: plainText(s) }),
  IdempotencyConflict: (s) => new Errors.IdempotencyConflict({ operation: plainText(s) }),
  TooLarge: (s) => new Errors.TooLarge({ resource: plainText(s), size: number(s), limit: number(s), unit: "pages" }),
  Unsupported: (s) => new Errors.Unsupported({ feature: plainText(s), supported: ["a", plainText(s)] }),
  InvalidArguments: (s) =>
    new Errors.InvalidArguments({
      issues: Array.from({ length: s.int(4) }, (_, i) => ({
        path: ["items", i, plainText(s)],
        message: "Expected a string",
        ...s.chance(50) ? { expected: "a string", received: "3", examples: ["x", null, 2] } : {}
      }))
    }),
  ArgumentsRejected: (s) =>
    new Errors.ArgumentsRejected({ service: plainText(s), status_code: 422, reason: plainText(s) }),
  InvalidState: (s) => new Errors.InvalidState({ resource: plainText(s), state: "draft", required_state: "published" }),
  Corrupted: (s) => new Errors.Corrupted({ resource: plainText(s), reason: plainText(s) }),
  ProcessingError: (s) => new Errors.ProcessingError({ operation: plainText(s), reason: plainText(s) }),
  BatchFailed: (s) => new Errors.BatchFailed({ total: s.int(9) } as never),
  InternalError: () => new Errors.InternalError()
} satisfies { readonly [name: string]: (from: Source) => Errors.NotFound | object }

export type StockName = keyof typeof stockMakers

export const stockNames = Object.keys(stockMakers) as ReadonlyArray<StockName>

/** Causes with one reason or several, of every kind, holding tool errors or anything. */
const cause = (from: Source): Cause.Cause<unknown> => {
  const anything = () => from.chance(40) ? stockMakers[from.pick(stockNames)](from) : hostile(from)
  const one = (): Cause.Cause<unknown> =>
    from.pick([
      () => Cause.fail(anything()),
      () => Cause.die(anything()),
      () => Cause.interrupt(from.int(9)),
      () => Cause.empty
    ])()
  return Cause.fromReasons(Array.from({ length: 1 + from.int(4) }, one).flatMap((part) => part.reasons))
}

export const anyCause: Arbitrary.Arbitrary<Cause.Cause<unknown>> = seeded(cause)
