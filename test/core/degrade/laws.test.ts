import { describe, expect, it } from "@effect/vitest"
import * as Deadline from "@errata/core/Deadline"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as JsonSchema from "@errata/core/JsonSchema"
import type * as ToolError from "@errata/core/ToolError"
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import * as TestClock from "effect/testing/TestClock"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { quiet } from "./support/logged.ts"

/** What a part does, and what a naive reader expects of it. */
interface Behaviour {
  readonly part: Degrade.OptionalPart<unknown>
  readonly expected: "fresh" | "missing" | { readonly stale: number }
  readonly value: unknown
  readonly reason: RegExp
}

const schemas = [
  Schema.String,
  Schema.Finite,
  Schema.Date,
  Schema.Struct({ at: Schema.Date, n: Schema.NumberFromString })
]
const valueOf = [
  (from: Source) => from.pick(["", "x", "\u0000\ud800"]),
  (from: Source) => from.int(100) / 4,
  (from: Source) => new Date(from.int(1e9)),
  (from: Source) => ({ at: new Date(from.int(1e9)), n: from.int(9) })
]
const unfit: ReadonlyArray<unknown> = [1, Number.NaN, "1970", { at: "1970", n: 1 }]

const transient = (from: Source): ToolError.Any =>
  from.pick<ToolError.Any>([
    new Errors.Timeout({ operation: "x" }),
    new Errors.RateLimited({ service: "x" }),
    new Errors.Unavailable({ service: "x" })
  ])
const lasting = (from: Source): ToolError.Any =>
  from.pick<ToolError.Any>([
    new Errors.NotFound({ resource: "x" }),
    new Errors.ArgumentsRejected({ service: "x" }),
    new Errors.InternalError()
  ])

/** Longer than the deadline is away. */
const forEver = "1 hour"

const behaviour = (from: Source, kind: number): Behaviour => {
  const value = valueOf[kind]!(from)
  const later = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    from.chance(50) ? effect : Effect.delay(effect, `${from.int(8_000)} millis`)
  const age = from.int(100_000)
  const old = valueOf[kind]!(from)
  const stale = { stale: Math.ceil(age / 1000) }
  const cached = from.pick<readonly ["some" | "none", Degrade.OptionalPart<unknown>["cached"]]>([
    ["some", Effect.succeedSome({ value: old, age: Duration.millis(age) })],
    ["none", undefined],
    ["none", Effect.succeedNone],
    ["none", Effect.fail(new Errors.Unavailable({ service: "cache" }))],
    ["none", Effect.die(new Error("cache"))],
    ["none", Effect.never],
    ["none", Effect.interrupt],
    ["none", Effect.succeedSome({ value: unfit[kind], age: Duration.zero })],
    ["none", Effect.succeedSome({ value: old, age: Duration.infinity })]
  ])
  const common = { impact: "impact", cached: cached[1] }
  const forNow = cached[0] === "some"
    ? { expected: stale, value: old }
    : { expected: "missing", value: undefined } as const
  const gone = { expected: "missing", value: undefined } as const
  const masked = { ...gone, reason: /^internal_error: part\d+ failed unexpectedly$/ }
  return from.pick<() => Behaviour>([
    () => ({ part: { ...common, effect: later(Effect.succeed(value)) }, expected: "fresh", value, reason: /^$/ }),
    () => ({
      part: { ...common, effect: later(Effect.fail(transient(from))) },
      ...forNow,
      reason: /^(timeout|rate_limited|unavailable): /
    }),
    () => ({
      part: { ...common, effect: later(Effect.fail(lasting(from))) },
      ...gone,
      reason: /^(not_found|invalid_arguments|internal_error): /
    }),
    () => ({ part: { ...common, effect: later(Effect.die(new Error("boom"))) }, ...masked }),
    () => ({ part: { ...common, effect: later(Effect.interrupt) }, ...masked }),
    () => ({ part: { ...common, effect: later(Effect.fail("unclassified") as never) }, ...masked }),
    () => ({
      part: {
        ...common,
        effect: later(Effect.suspend(() => {
          throw new Error("thrown")
        }))
      },
      ...masked
    }),
    () => ({ part: { ...common, effect: later(Effect.succeed(unfit[kind])) }, ...masked }),
    () => ({ part: { ...common, effect: Effect.never }, ...forNow, reason: /^timeout: part\d+ took too long$/ }),
    () => ({ part: { ...common, effect: Effect.as(Effect.sleep(forEver), value) }, ...forNow, reason: /^timeout: / }),
    () => ({
      part: { ...common, answer: later(Effect.succeed({ value, staleFor: Option.none(), error: Option.none() })) },
      expected: "fresh",
      value,
      reason: /^$/
    }),
    () => ({
      part: {
        ...common,
        answer: later(
          Effect.succeed({
            value: old,
            staleFor: Option.some(Duration.millis(age)),
            error: Option.some(new Errors.CircuitOpen({ service: "x" }))
          })
        )
      },
      expected: stale,
      value: old,
      reason: /^circuit_open: /
    })
  ])()
}

interface Scene {
  readonly required: ReadonlyArray<
    { readonly name: string; readonly kind: number; readonly value: unknown; readonly takes: number }
  >
  readonly optional: ReadonlyArray<
    { readonly name: string; readonly kind: number; readonly behaviour: Behaviour; readonly isAsked: boolean }
  >
}

const scene = (from: Source): Scene => {
  const kind = () => from.int(schemas.length)
  const required = Array.from({ length: from.int(4) }, (_, i) => {
    const k = kind()
    return { name: `need${i}`, kind: k, value: valueOf[k]!(from), takes: from.chance(50) ? 0 : from.int(9_999) }
  })
  const optional = Array.from({ length: from.int(6) }, (_, i) => {
    const k = kind()
    return { name: `part${i}`, kind: k, behaviour: behaviour(from, k), isAsked: from.chance(80) }
  })
  return { required, optional }
}

const run = ({ optional, required }: Scene) => {
  const schemaOf = (parts: ReadonlyArray<{ readonly name: string; readonly kind: number }>) =>
    Object.fromEntries(parts.map(({ kind, name }) => [name, schemas[kind]!])) as unknown as Degrade.Fields
  const declared = Degrade.parts({ required: schemaOf(required), optional: schemaOf(optional) })
  const given = Object.fromEntries([
    ...optional.filter(({ isAsked }) => isAsked).map(({ behaviour, name }) => [name, behaviour.part]),
    ...required.map(({ name, takes, value }) => [name, Effect.delay(Effect.succeed(value), takes)])
  ]) as never
  const program = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.forkChild(
      Effect.provideService(
        declared.collect(given) as Effect.Effect<Degrade.Degraded<Record<string, unknown>>>,
        Deadline.Deadline,
        now + 10_000
      )
    )
    yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  }).pipe(Effect.provide(quiet))
  return { declared, program }
}

const validators = new AjvJsonSchemaValidator()

describe("for any parts and any outcomes", () => {
  it.effect.prop("the answer is what a naive reader expects", [seeded(scene)], ([scene]) =>
    Effect.gen(function*() {
      const { declared, program } = run(scene)
      const answer = yield* program
      const asked = scene.optional.filter(({ isAsked }) => isAsked)

      // data: exactly what succeeded or was remembered
      expect(answer.data).toEqual(Object.fromEntries([
        ...scene.required.map(({ name, value }) => [name, value]),
        ...asked.flatMap(({ behaviour, name }) => behaviour.expected === "missing" ? [] : [[name, behaviour.value]])
      ]))

      // warnings: one for each part that failed or is old, in declared order
      const degraded = asked.filter(({ behaviour }) => behaviour.expected !== "fresh")
      expect(answer.warnings.map(({ component }) => component)).toEqual(degraded.map(({ name }) => name))
      for (const [i, { behaviour: { expected, reason } }] of degraded.entries()) {
        const warning = answer.warnings[i]!
        expect(warning.reason).toMatch(reason)
        if (typeof expected === "object") expect(warning.stale_seconds).toBe(expected.stale)
        else expect(warning).toEqual({ component: warning.component, reason: warning.reason, impact: "impact" })
      }
      expect(answer.degraded).toBe(answer.warnings.length > 0)

      // completeness: what is there of what was asked for
      const requested = scene.required.length + asked.length
      const returned = Object.keys(answer.data).length
      expect(answer.metadata.components_requested).toBe(requested)
      expect(answer.metadata.components_returned).toBe(returned)
      const { completeness } = answer.metadata
      expect(Math.abs(completeness - (requested === 0 ? 1 : returned / requested))).toBeLessThan(0.0051)
      expect(String(completeness)).toMatch(/^[01](\.\d{1,2})?$/)

      // the wire: what is encoded fits the schema that is listed, and comes back
      const codec = Schema.toCodecJson(declared.schema as unknown as Schema.Codec<unknown, unknown>)
      const encoded = SchemaParser.encodeUnknownSync(codec)(answer)
      const validation = validators.getValidator(JsonSchema.ofOutput(declared.schema))(
        JSON.parse(JSON.stringify(encoded))
      )
      expect(validation.errorMessage).toBeUndefined()
      expect(SchemaParser.decodeUnknownSync(codec)(encoded)).toEqual(answer)
    }), runs(150))
})

describe("for any required parts of which some fail", () => {
  interface Trial {
    readonly name: string
    readonly takes: number
    readonly error: ToolError.Any | undefined
  }
  const trials = (from: Source): ReadonlyArray<Trial> => {
    const times = Array.from({ length: 6 }, (_, i) => i * 10).toSorted(() => from.int(3) - 1)
    return Array.from({ length: 1 + from.int(5) }, (_, i) => ({
      name: `need${i}`,
      takes: times[i]!,
      error: from.chance(50) ? new Errors.Conflict({ resource: `need${i}` }) : undefined
    }))
  }

  it.effect.prop(
    "the whole fails with the first of their errors, and nothing is left running",
    [seeded(trials)],
    ([trials]) =>
      Effect.gen(function*() {
        let running = 0
        const watched = <A, E>(effect: Effect.Effect<A, E>) =>
          Effect.acquireUseRelease(Effect.sync(() => running++), () => effect, () => Effect.sync(() => running--))
        const declared = Degrade.parts({
          required: Object.fromEntries(trials.map(({ name }) => [name, Schema.String])) as unknown as Degrade.Fields,
          optional: { extra: Schema.String }
        })
        const given = {
          extra: { effect: watched(Effect.never), impact: "impact" },
          ...Object.fromEntries(trials.map(({ error, name, takes }) => [
            name,
            watched(Effect.andThen(Effect.sleep(takes), error === undefined ? Effect.succeed("x") : Effect.fail(error)))
          ]))
        } as never
        const fiber = yield* Effect.forkChild(Effect.exit(declared.collect(given)))
        const first = trials.filter(({ error }) => error !== undefined).toSorted((a, b) => a.takes - b.takes)[0]
        if (first === undefined) {
          yield* TestClock.adjust("1 hour")
          expect(fiber.pollUnsafe()).toBeUndefined()
          yield* Fiber.interrupt(fiber)
        } else {
          yield* TestClock.adjust(first.takes)
          const exit = yield* Fiber.join(fiber)
          expect(exit._tag === "Failure" && exit.cause.reasons).toMatchObject([{ _tag: "Fail", error: first.error }])
        }
        expect(running).toBe(0)
      }),
    runs(100)
  )
})
