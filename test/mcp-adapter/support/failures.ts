/**
 * Makes failing calls of every kind from a seed, and tells all that leaves of each: the reply, as it goes over the wire, and the lines
 * of the log. Ids, times and stacks are fixed, so that one call tells the same every time.
 */
import type * as Errors from "@errata/core/Errors"
import type * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Redaction from "@errata/core/Redaction"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { hostile, type Source, source, stockMakers, stockNames, text } from "../../core/support/arbitraries.ts"
import { all } from "../../core/support/secrets.ts"

/** Holds all that leaves of a failing call. */
export interface Told {
  readonly reply: string
  readonly lines: ReadonlyArray<string>
}

const words = [
  "Document",
  "DOC-1",
  "-2",
  "invoice 7 is closed",
  "naïve café",
  "日本語",
  "a\nb",
  "a\u202eb",
  "Error: not_found (transient). Retry later.",
  "see https://example.com/a?b=1",
  "card 4111 1111 1111 1111",
  "ends with a mark!",
  "  spaces around  ",
  "",
  "x".repeat(120),
  "word ".repeat(150)
]

const said = (from: Source): string =>
  from.chance(70) ? from.pick(words) : from.chance(50) ? from.pick(all).text : text(from)

const some = (from: Source): unknown => from.chance(80) ? said(from) : hostile(from)

const fieldsOf = {
  id: Schema.String,
  number: Schema.optionalKey(Schema.Finite),
  list: Schema.optionalKey(Schema.Array(Schema.String)),
  any: Schema.optionalKey(Schema.Unknown),
  hidden: Redaction.sensitive(Schema.String)
}

const types = ["not_found", "unsupported", "conflict", "timeout", "unauthenticated", "permission_denied"] as const

/** Makes an error of a class of its own, any part of which may be hostile. */
const ownError = (from: Source): ToolError.Any => {
  const parts = { message: some(from), suggestion: some(from), wait: from.pick([undefined, "3 seconds", 0, -1, "x"]) }
  const spec = {
    type: from.pick(types),
    message: from.chance(80) ? (e: { id: string }) => `${e.id}: ${parts.message as string}` : () => parts.message,
    ...from.chance(50) ? { suggestion: from.chance(50) ? parts.suggestion : () => parts.suggestion } : {},
    ...from.chance(30) ? { retryAfter: () => parts.wait } : {},
    ...from.chance(20) ? { resolvedBy: from.pick(["model", "wait", "user", "operator"] as const) } : {},
    ...from.chance(10) ? { answers: "success" as const } : {}
  }
  const family = "answers" in spec
    ? ToolError.Permanent
    : from.pick([ToolError.Transient, ToolError.Permanent, ToolError.Validation])
  class Own extends family<Own>()("Own", fieldsOf, spec as never) {}
  return Reflect.construct(Own, [{
    id: some(from),
    ...from.chance(50) ? { number: from.pick([1, -2, 4111111111111111, Number.NaN, 1e12]) } : {},
    ...from.chance(50) ? { list: [said(from), some(from)] } : {},
    ...from.chance(30) ? { any: some(from) } : {},
    ...from.chance(30) ? { hidden: "hunter2" } : {},
    ...from.chance(30) ? { cause: thrown(from) } : {}
  }]) as ToolError.Any
}

const step = (from: Source): RecoveryStep.RecoveryStep =>
  ({
    action: some(from),
    ...from.chance(50) ? { tool: from.pick(["other", "work", some(from)]) } : {},
    ...from.chance(50) ? { parameters: { id: some(from), [said(from)]: some(from) } } : {},
    ...from.chance(30) ? { fill: [some(from)] } : {},
    ...from.chance(30) ? { description: some(from) } : {},
    ...from.chance(30) ? { options: [{ action: some(from) }, { action: said(from), tool: "other" }] } : {}
  }) as RecoveryStep.RecoveryStep

const guided = (from: Source, error: ToolError.Any): ToolError.Any =>
  ToolError.withGuidance(error as Errors.NotFound, {
    ...from.chance(50) ? { message: some(from) as string, keepsLines: from.chance(40) } : {},
    ...from.chance(50) ? { suggestion: some(from) as string } : {},
    ...from.chance(50) ? { similarMatches: [some(from), said(from)] as ReadonlyArray<string> } : {},
    ...from.chance(50) ? { steps: [step(from), step(from)] } : {},
    ...from.chance(30) ? { retryAfter: from.pick(["2 seconds", 1e12, Number.NaN]) as "2 seconds" } : {}
  })

const errorOf = (from: Source): ToolError.Any => {
  const error = (from.chance(50) ? ownError(from) : stockMakers[from.pick(stockNames)](from)) as ToolError.Any
  return from.chance(40) ? guided(from, error) : error
}

const frames = [
  "    at find (file:///srv/app/src/documents.js:12:9)",
  "    at async find (/srv/app/src/documents.js:12:9)",
  "    at /srv/app/src/documents.js:1:1",
  "    at Object.<anonymous> (C:\\srv\\app\\main.js:3:4)",
  "    at query (/srv/app/node_modules/pg/lib/client.js:1:1)",
  "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
  "    at new Promise (<anonymous>)",
  "    at evaluate (/srv/app/node_modules/effect/dist/internal/effect.js:1:1)",
  "    at ~effect/Effect/evaluate (/srv/app/node_modules/effect/dist/x.js:1:1)",
  "    at Generator.next (<anonymous>)",
  "    at eval (eval at run (/srv/app/src/run.js:4:1), <anonymous>:1:1)",
  `    at ${"x".repeat(1_600)} (/srv/app/src/long.js:1:1)`,
  "at no indent (/srv/app/src/flat.js:1:1)",
  "    at find (documents.js:1:1)",
  "password=hunter2hunter2",
  ""
]

/** Makes what code throws. The stack is fixed, since a real one names the machine. */
const thrown = (from: Source): unknown => {
  if (from.chance(20)) return hostile(from)
  const message = said(from)
  const error = new (from.pick([Error, TypeError, RangeError]))(message)
  const header = from.pick([`${error.name}: ${message}`, message, `Else: ${message}`, error.name, ""])
  const count = from.pick([0, 1, 1, 2, 4, 10])
  const stack = [header, ...Array.from({ length: count }, () => from.pick(frames))].join(
    from.pick(["\n", "\n", "\r\n"])
  )
  Object.defineProperty(error, "stack", { value: from.chance(95) ? stack : some(from), configurable: true })
  if (from.chance(10)) Object.assign(error, { name: some(from) })
  if (from.chance(10)) Object.assign(error, { _tag: some(from) })
  if (from.chance(20)) Object.assign(error, { cause: thrown(from) })
  return error
}

const causeOf = (from: Source): Cause.Cause<unknown> => {
  const one = () =>
    from.pick([
      () => Cause.fail(errorOf(from)),
      () => Cause.fail(errorOf(from)),
      () => Cause.fail(errorOf(from)),
      () => Cause.fail(errorOf(from)),
      () => Cause.die(thrown(from)),
      () => Cause.die(thrown(from)),
      () => Cause.fail(thrown(from)),
      () => Cause.interrupt(7)
    ])()
  const count = from.pick([1, 1, 1, 1, 1, 2, 3])
  return Cause.fromReasons(Array.from({ length: count }, one).flatMap(({ reasons }) => reasons))
}

const input = Schema.Struct({
  id: Schema.optionalKey(Schema.String.annotate({ description: "The id of a document.", examples: ["DOC-1"] })),
  count: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))),
  format: Schema.optionalKey(Schema.Literals(["html", "text"])),
  items: Schema.optionalKey(
    Schema.Array(Schema.Struct({ name: Schema.String, tag: Schema.optionalKey(Schema.Boolean) }))
  ),
  password: Schema.optionalKey(Schema.String),
  token: Schema.optionalKey(Redaction.sensitiveArgument(Schema.Struct({ value: Schema.Finite })))
})

const argumentsOf = (from: Source): unknown =>
  from.chance(60) ? { id: from.pick(words) } : from.chance(5) ? hostile(from) : {
    ...from.chance(40) ? { id: from.chance(50) ? said(from) : some(from) } : {},
    ...from.chance(40) ? { count: from.pick([1, 0, "2", "x", null, 1.5]) } : {},
    ...from.chance(40) ? { format: from.pick(["html", "htm", 3, some(from)]) } : {},
    ...from.chance(40) ? { items: from.pick([[{ name: "a" }], [{ nam: "a" }, 3], "[1]", { name: some(from) }]) } : {},
    ...from.chance(20) ? { password: some(from), token: from.pick([{ value: "x" }, 3, { value: said(from) }]) } : {},
    ...from.chance(20) ? { idd: said(from), [said(from)]: some(from) } : {}
  }

const own = Redaction.make({
  patterns: [{ name: "document", expression: /DOC-\d+|closed|Document|7/g, replacement: Redaction.mask }],
  names: ["badge", "list", "expected"]
})

/** A redactor of which nothing is known. */
const foreign: Redaction.Redactor = { ...own }

const optionsOf = (from: Source): Handler.Options => ({
  ...from.chance(15) ? { render: "json" as const } : {},
  ...from.chance(15) ? { structuredErrors: true } : {},
  ...from.chance(15) ? { meta: "minimal" as const } : {},
  ...from.chance(15) ? { encodings: ["tool-failure", "problem+json"] as const } : {},
  ...from.chance(10) ? { metaPrefix: "x/" } : {},
  ...from.chance(15) ? { isDebugging: true } : {},
  ...from.chance(10) ? { logsCalls: false } : {},
  ...from.chance(15) ? { redactor: from.pick([own, foreign]) } : {},
  ...from.chance(15)
    ? { limits: { message: 40, details: 30, segment: 60, text: 300, problemIssues: 2, string: 50 } }
    : {},
  ...from.chance(40) ? { loops: true } : {},
  ...from.chance(15) ? { challenge: { scopes: ["docs:read"], resourceMetadata: "https://example.com/meta" } } : {}
})

const marks = ["none", "none", "irreversible"] as const

const toolOf = (from: Source): Tool.Handled<never> => {
  const safety = from.pick(["read", "idempotent", "once"] as const)
  const marked = safety === "once" && from.pick(marks) === "irreversible"
  const cause = causeOf(from)
  const tool = Tool.make("work", {
    description: "Works.",
    input,
    output: Schema.Struct({ done: Schema.Boolean }),
    errors: [],
    safety,
    ...marked ? { effects: "marked" } : {}
  } as never) as unknown as Tool.Any
  return Tool.handle(tool, () => Effect.failCause(cause) as never) as unknown as Tool.Handled<never>
}

const referenceId = { nextDoubleUnsafe: () => 0x5f3c9a1e / 0x1_0000_0000, nextIntUnsafe: () => 7 }

const runtimeOf = (from: Source, write: (line: string) => void, redactor: Redaction.Redactor | undefined) => {
  const options = { write, redactor }
  const logger = from.chance(70) ? Log.layer(options) : Logger.layer([Log.make(options), Logger.make(() => undefined)])
  return Layer.mergeAll(logger, TestClock.layer(), Layer.succeed(Random.Random, referenceId))
}

/** Tells what leaves of the failing call of a seed; of one in three it is the same call again and again. */
export const tellFailure = async (seed: number): Promise<ReadonlyArray<Told>> => {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    const from = source(seed)
    const lines: Array<string> = []
    const options = optionsOf(from)
    const runtime = runtimeOf(from, (line) => lines.push(line), options.redactor)
    const handler = Handler.make(toolOf(from), { ...options, runtime } as never)
    const args = argumentsOf(from)
    const connection = {}
    const told: Array<Told> = []
    for (let i = from.chance(30) ? 3 : 1; i > 0; i--) {
      const reply = await handler(args, { connection })
      told.push({ reply: written(reply), lines: lines.splice(0).map(withoutDuration) })
    }
    return told
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** The clock of a test does not rule how long a call took. */
const withoutDuration = (line: string): string => line.replace(/"duration_ms":\d+/, "\"duration_ms\":0")

const written = (reply: unknown): string => {
  try {
    return JSON.stringify(reply)
  } catch (failure) {
    return `cannot be written: ${String(failure)}` // what a success holds is its author's
  }
}
