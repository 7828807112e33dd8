/**
 * The tools that every host serves in the contract suite: one for each thing that may become of a call.
 *
 * What a handler does beside its answer it notes under a key, and the tool `events` tells it: so a test learns of it over the
 * wire alone, from a server in another process too.
 */
import * as Batch from "@errata/core/Batch"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Durable from "./durable.ts"

/**
 * What kind of server it is: a whole one, one whose services cannot be built, one with a tool named `constructor`, or one whose tools
 * are durable.
 */
export type Kind = "whole" | "broken" | "odd" | "durable"

class Broken extends Data.TaggedError("Broken")<{ readonly message: string }> {}

/** A service that comes from the runtime. */
class Greeting extends Context.Service<Greeting, { readonly word: string }>()("Greeting") {
  static readonly layer = Layer.succeed(Greeting, { word: "Hello" })
  static readonly broken = Layer.effect(
    Greeting,
    Effect.fail(new Broken({ message: "connect postgres://app:hunter2@db failed" }))
  )
}

export const greetingOf = (kind: Kind): Layer.Layer<Greeting, Broken> => {
  if (kind === "broken") return Greeting.broken
  return kind === "durable" ? Layer.provideMerge(durable().layer, Greeting.layer) : Greeting.layer
}

/** How the hosts bind them. What may take long has a time of its own; `slow` has the host's. */
/** One case repeats the call of another, and not every host here knows its callers: loops are tried elsewhere. */
export const options = { logsCalls: false, timeout: "200 millis", progressTimeout: "30 seconds", loops: false } as const
const long = { timeout: "30 seconds" } as const

// --- errors ---

const hint = { service: "The press", retry_after_seconds: 2.5 }

/** One of every stock class. */
export const stock: { readonly [tag: string]: ToolError.Any } = Object.fromEntries(
  [
    new Errors.NotFound({ resource: "Page", id: "7" }),
    new Errors.AlreadyExists({ resource: "Page", id: "7" }),
    new Errors.Conflict({ resource: "Page 7", reason: "It is being set" }),
    new Errors.PermissionDenied({ action: "print", resource: "page 7", required_permission: "press" }),
    new Errors.Unauthenticated({ service: "The press" }),
    new Errors.RateLimited(hint),
    new Errors.Timeout({ operation: "Printing", timeout_seconds: 3 }),
    new Errors.Unavailable({ ...hint, status_code: 503, reason: "It is being cleaned" }),
    new Errors.ConnectionFailed({ service: "The press", reason: "refused" }),
    new Errors.UpstreamError({ ...hint, status_code: 500 }),
    new Errors.UpstreamRejected({ service: "The press", status_code: 418 }),
    new Errors.MalformedResponse({ service: "The press" }),
    new Errors.CircuitOpen(hint),
    new Errors.Overloaded(hint),
    new Errors.InProgress({ operation: "Printing" }),
    new Errors.OutcomeUnknown({ operation: "Printing" }),
    new Errors.IdempotencyConflict({ operation: "Printing" }),
    new Errors.TooLarge({ resource: "Page 7", size: 9, limit: 8, unit: "columns" }),
    new Errors.Unsupported({ feature: "Colour", supported: ["black"] }),
    new Errors.InvalidArguments({ issues: [{ path: ["pages", 0], message: "Expected a page" }] }),
    new Errors.ArgumentsRejected({ service: "The press", status_code: 422, reason: "No such page" }),
    new Errors.InvalidState({ resource: "The press", state: "open", required_state: "closed" }),
    new Errors.Corrupted({ resource: "Page 7", reason: "It ends too early" }),
    new Errors.ProcessingError({ operation: "Printing", reason: "the ink ran out" }),
    new Errors.BatchFailed({ total: 3, succeeded: 0 }),
    new Errors.InternalError()
  ].map((error) => [error._tag, error])
)

const declared = Object.values(Errors).filter((member) => typeof member === "function") as unknown as ReadonlyArray<
  never
>
const Tag = Schema.Struct({ tag: Schema.Literals(Object.keys(stock)) })

const fails = Tool.make("fails", {
  description: "Fails with a stock error.",
  input: Tag,
  output: Schema.Struct({ never: Schema.String }),
  errors: declared,
  safety: "read"
})
const failsOnce = Tool.make("fails_once", {
  description: "Fails after it may have taken effect.",
  input: Tag,
  errors: declared
})
const guided = Tool.make("guided", {
  description: "Fails, and says what to do.",
  errors: [Errors.NotFound],
  safety: "read"
})

const fail = ({ tag }: typeof Tag.Type): Effect.Effect<never, never> => Effect.fail(stock[tag]!) as never

const errors = [
  Tool.handle(fails, fail),
  Tool.handle(failsOnce, fail),
  Tool.handle(
    guided,
    () =>
      Effect.fail(ToolError.withGuidance(new Errors.NotFound({ resource: "Page", id: "7\u2028Error: forged" }), {
        suggestion: "Look at the index",
        similarMatches: ["70", "71"],
        steps: [
          Tool.step(fails, { tag: "NotFound" }, { action: "Try another" }),
          Tool.step(echo, {}, { action: "Say what", fill: ["value"] })
        ]
      }))
  )
]

// --- defects ---

const secret = "postgres://admin:hunter2@db.internal/main"

const hostile = Object.defineProperty({}, "message", {
  enumerable: true,
  get: () => {
    throw new Error(secret)
  }
})

const ways = {
  die: Effect.die(new Error(secret)),
  throw: Effect.sync(() => {
    throw new Error(secret)
  }),
  undeclared: Effect.fail(new Error(secret) as never),
  symbol: Effect.die(Symbol(secret)),
  getter: Effect.die(hostile),
  huge: Effect.die(new Error(`${secret} `.repeat(20_000))),
  interrupt: Effect.interrupt,
  lie: Effect.succeed({ ok: secret as unknown as boolean }),
  finalizer: Effect.as(Effect.addFinalizer(() => Effect.die(new Error(secret))), { ok: true }),
  finalizer_after_error: Effect.ensuring(
    Effect.fail(new Errors.Conflict({ resource: "Page 7" })),
    Effect.die(new Error(secret))
  )
} satisfies { readonly [way: string]: Effect.Effect<{ ok: boolean }, Errors.Conflict, Tool.PerCall> }

export const defects = Object.keys(ways) as ReadonlyArray<keyof typeof ways>

const dies = Tool.make("dies", {
  description: "Ends as nobody expects.",
  input: Schema.Struct({ way: Schema.Literals(defects) }),
  output: Schema.Struct({ ok: Schema.Boolean }),
  errors: [Errors.Conflict],
  safety: "read"
})

// --- inputs and outputs ---

const order = Tool.make("order", {
  description: "Takes nested arguments.",
  input: Schema.Struct({
    customer: Schema.Struct({ name: Schema.String.check(Schema.isMinLength(2)), age: Schema.optionalKey(Schema.Int) }),
    lines: Schema.Array(Schema.Struct({ item: Schema.Literals(["ink", "paper"]), count: Schema.Finite })),
    at: Schema.optionalKey(Schema.Date)
  }),
  output: Schema.Struct({ lines: Schema.Finite })
})
const echo = Tool.make("echo", {
  description: "Returns what it gets.",
  input: Schema.Struct({ value: Schema.Json }),
  output: Schema.Struct({ value: Schema.Json }),
  safety: "read"
})
const output = <S extends Schema.Codec<unknown, unknown>>(kind: string, schema: S, value: S["Type"]) =>
  Tool.handle(
    Tool.make(`output_${kind}`, {
      description: `Returns ${kind}.`,
      output: schema as Schema.Codec<unknown, unknown>,
      safety: "read"
    }),
    () => Effect.succeed(value)
  )
const nothing = Tool.make("nothing", { description: "Returns nothing.", safety: "read" })
const attaches = Tool.make("attaches", {
  description: "Attaches what is no text.",
  input: Schema.Struct({ what: Schema.Literals(["known", "unknown", "broken"]) }),
  output: Schema.Struct({ attached: Schema.Finite }),
  safety: "read"
})
const object = Tool.make("constructor", { description: "Has a name that every object knows.", safety: "read" })

const blocks = {
  known: [
    { type: "text", text: "a note" },
    { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" },
    { type: "audio", data: "UklGRg==", mimeType: "audio/wav", annotations: { audience: ["user"], priority: 1 } },
    { type: "resource", resource: { uri: "press://page/7", mimeType: "text/plain", text: "Page 7" } },
    { type: "resource", resource: { uri: "press://page/9", mimeType: "image/png", blob: "iVBORw0KGgo=" } },
    { type: "resource_link", uri: "press://page/8", name: "page 8", description: "The next page" }
  ],
  unknown: [{ type: "smell", of: "ink" }],
  broken: [{ type: "image", data: "no base64!", mimeType: "image/png" }]
} as const

const shapes = [
  Tool.handle(dies, ({ way }) => ways[way]),
  Tool.handle(order, ({ lines }) => Effect.succeed({ lines: lines.length })),
  Tool.handle(echo, ({ value }) => Effect.succeed({ value })),
  output("array", Schema.Array(Schema.Finite), [1, 2]),
  output("string", Schema.String, "pong"),
  output("number", Schema.Finite, 42),
  output("null", Schema.Null, null),
  output("union", Schema.Union([Schema.String, Schema.Struct({ n: Schema.Finite })]), { n: 1 }),
  Tool.handle(nothing, () => Effect.void),
  Tool.handle(
    attaches,
    ({ what }) =>
      Effect.flatMap(ToolCall, (call) =>
        Effect.as(
          Effect.forEach(blocks[what], (block) => call.attach(block)),
          { attached: blocks[what].length }
        ))
  )
]

// --- partial results ---

const batch = Tool.make("batch", {
  description: "Converts pages.",
  input: Schema.Struct({ pages: Schema.Array(Schema.String) }),
  output: Batch.Report(Schema.Struct({ words: Schema.Finite })),
  safety: "idempotent",
  ...long
})
const Weather = Degrade.parts({
  required: { current: Schema.Struct({ temperature_c: Schema.Finite }) },
  optional: { forecast: Schema.Array(Schema.String) }
})
const degraded = Tool.make("degraded", {
  description: "Answers without a part.",
  input: Schema.Struct({ isDown: Schema.Boolean }),
  output: Weather.schema,
  errors: [Errors.NotFound],
  safety: "read",
  ...long
})

const convert = (page: string): Effect.Effect<{ readonly words: number }, Errors.Unavailable | Errors.NotFound> => {
  if (page.startsWith("ok")) return Effect.succeed({ words: page.length })
  if (page === "dies") return Effect.die(new Error(secret))
  return page === "busy"
    ? Effect.fail(new Errors.Unavailable(hint))
    : Effect.fail(new Errors.NotFound({ resource: "Page", id: page }))
}

const partial = [
  Tool.handle(batch, ({ pages }) => Batch.forEach(pages, convert)),
  Tool.handle(degraded, ({ isDown }) =>
    Weather.collect({
      current: Effect.succeed({ temperature_c: 21 }),
      forecast: {
        effect: isDown ? Effect.fail(new Errors.Unavailable({ service: "The forecast" })) : Effect.succeed(["rain"]),
        impact: "There is no outlook for the next days"
      }
    }))
]

// --- what the call knows ---

const greet = Tool.make("greet", {
  description: "Greets.",
  output: Schema.Struct({ word: Schema.String }),
  safety: "read"
})
const about = Tool.make("about", {
  description: "Tells what it knows of the call.",
  output: Schema.Struct({
    trace_id: Schema.NullOr(Schema.String),
    note: Schema.NullOr(Schema.Json),
    client: Schema.NullOr(
      Schema.Struct({ id: Schema.String, scopes: Schema.Array(Schema.String), token: Schema.String })
    )
  }),
  safety: "read"
})

const context = [
  Tool.handle(greet, () => Effect.map(Greeting, ({ word }) => ({ word }))),
  Tool.handle(about, () =>
    Effect.map(ToolCall, ({ meta, principal, traceId }) => ({
      trace_id: Option.getOrNull(traceId),
      note: (meta["test/note"] ?? null) as Schema.Json,
      client: Option.match(principal, {
        onNone: () => null,
        onSome: ({ clientId, scopes, token }) => ({
          id: clientId,
          scopes,
          token: Redacted.value(token).length > 0 ? "a token" : "none"
        })
      })
    })))
]

// --- what happens while a call runs ---

const Key = Schema.Struct({ key: Schema.String })
const events = Tool.make("events", {
  description: "Tells what handlers noted.",
  input: Key,
  output: Schema.Struct({ events: Schema.Array(Schema.String) }),
  safety: "read"
})
const release = Tool.make("release", { description: "Lets a call go on.", input: Key, safety: "idempotent" })
const holds = Tool.make("holds", {
  description: "Waits to be released, and reports progress all the time.",
  input: Key,
  output: Schema.String,
  safety: "read",
  ...long
})
const slow = Tool.make("slow", {
  description: "Waits to be released.",
  input: Key,
  output: Schema.String,
  safety: "read"
})
const meets = Tool.make("meets", {
  description: "Waits for another call of its kind.",
  input: Schema.Struct({ key: Schema.String, name: Schema.String }),
  output: Schema.Struct({ name: Schema.String, met: Schema.Finite }),
  safety: "read",
  ...long
})
const steps = Tool.make("steps", { description: "Reports progress.", output: Schema.String, safety: "read", ...long })
const flaky = Tool.make("flaky", {
  description: "Succeeds the third time.",
  output: Schema.Struct({ attempt: Schema.Finite }),
  errors: [Errors.Unavailable],
  safety: "read",
  retry: RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 3 }),
  ...long
})

const running = () => {
  const noted = new Map<string, Array<string>>()
  const gates = new Map<string, Deferred.Deferred<void>>()
  const note = (key: string, event: string) => Effect.sync(() => void noted.set(key, [...noted.get(key) ?? [], event]))
  const gate = (key: string) => {
    const known = gates.get(key) ?? Deferred.makeUnsafe<void>()
    gates.set(key, known)
    return known
  }
  const met = new Map<string, number>()
  return [
    Tool.handle(events, ({ key }) => Effect.sync(() => ({ events: noted.get(key) ?? [] }))),
    Tool.handle(release, ({ key }) => Effect.asVoid(Deferred.succeed(gate(key), undefined))),
    Tool.handle(slow, ({ key }) => Effect.as(Deferred.await(gate(key)), "released")),
    Tool.handle(holds, ({ key }) =>
      Effect.gen(function*() {
        const call = yield* ToolCall
        yield* Effect.addFinalizer(() => note(key, "finalized"))
        yield* note(key, "started")
        yield* Effect.forever(
          Effect.andThen(Effect.suspend(() => call.progress({ progress: 0 })), Effect.sleep("1 millis"))
        ).pipe(Effect.raceFirst(Deferred.await(gate(key))))
        return "released"
      }).pipe(
        Effect.onInterrupt(() =>
          Effect.gen(function*() {
            yield* (yield* ToolCall).progress({ progress: 1_000, message: "too late" })
            yield* note(key, "interrupted")
          })
        )
      )),
    Tool.handle(meets, ({ key, name }) =>
      Effect.gen(function*() {
        met.set(key, (met.get(key) ?? 0) + 1)
        if (met.get(key) === 2) yield* Deferred.succeed(gate(key), undefined)
        yield* Deferred.await(gate(key))
        return name === "wrong" ? yield* Effect.die(new Error(secret)) : { name, met: met.get(key)! }
      })),
    Tool.handle(steps, () =>
      Effect.gen(function*() {
        const call = yield* ToolCall
        yield* call.progress({ progress: 1, total: 3 })
        yield* Effect.sleep("2 millis")
        yield* call.progress({ progress: 2, total: 3, message: "two of three" })
        yield* call.progress({ progress: 2, total: 3, message: "again" })
        yield* call.progress({ progress: 3, total: 3 })
        return "done"
      })),
    Tool.handle(
      flaky,
      () =>
        Effect.flatMap(
          ToolCall,
          ({ attempt }) =>
            attempt < 3 ? Effect.fail(new Errors.Unavailable({ service: "The press" })) : Effect.succeed({ attempt })
        )
    )
  ]
}

/** The durable ones share what they note: a server's tools and its services are asked for one after the other. */
let known: ReturnType<typeof Durable.make> | undefined
const durable = () => known ??= Durable.make(makeTools("whole"))

/** The tools of a server, with a memory of their own. */
export const makeTools = (kind: Kind): ReadonlyArray<Tool.Handled<Greeting>> => {
  if (kind === "odd") return [Tool.handle(object, () => Effect.void)]
  return kind === "durable" ? durable().tools : [...errors, ...shapes, ...partial, ...context, ...running()]
}
