import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import type * as Fallback from "@errata/core/Fallback"
import * as Tool from "@errata/core/Tool"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "tstyche"

class Station extends Context.Service<Station, { readonly id: string }>()("Station") {}
class Archive extends Context.Service<Archive, { readonly id: string }>()("Archive") {}
class Models extends Context.Service<Models, { readonly id: string }>()("Models") {}

const Current = Schema.Struct({ t: Schema.Finite })
const Weather = Degrade.parts({
  required: { current: Current, place: Schema.String },
  optional: { forecast: Schema.Array(Schema.String), updated: Schema.Date }
})

declare const current: Effect.Effect<{ readonly t: number }, Errors.Timeout, Station>
declare const place: Effect.Effect<string, Errors.NotFound>
declare const forecast: Effect.Effect<ReadonlyArray<string>, Errors.RateLimited, Models>
declare const cached: Effect.Effect<Option.Option<Degrade.Cached<ReadonlyArray<string>>>, Errors.Unavailable, Archive>
declare const answer: Effect.Effect<Fallback.Answer<ReadonlyArray<string>, Errors.Timeout>, Errors.Conflict, Archive>
declare const isWanted: boolean

const required = { current, place }

interface Data {
  readonly current: { readonly t: number }
  readonly place: string
  readonly forecast?: ReadonlyArray<string>
  readonly updated?: Date
}

describe("what comes out", () => {
  const program = Weather.collect({
    ...required,
    forecast: { effect: forecast, impact: "", cached },
    updated: { effect: Effect.fail(new Errors.Corrupted({ resource: "x" })), impact: "" }
  })

  it("has the errors of the required parts, and no others", () => {
    expect<Effect.Error<typeof program>>().type.toBe<Errors.Timeout | Errors.NotFound>()
  })

  it("needs what all parts need", () => {
    expect<Effect.Services<typeof program>>().type.toBe<Station | Models | Archive>()
  })

  it("may lack the optional parts, and those only", () => {
    expect<Effect.Success<typeof program>["data"]>().type.toBe<Data>()
  })

  it("names the optional parts in its warnings", () => {
    expect<Effect.Success<typeof program>["warnings"][number]["component"]>().type.toBe<"forecast" | "updated">()
  })

  it("is what the schema says", () => {
    expect<Effect.Success<typeof program>>().type.toBeAssignableTo<typeof Weather.schema.Type>()
    expect<typeof Weather.schema.Type>().type.toBeAssignableTo<Effect.Success<typeof program>>()
  })

  it("is what a tool returns", () => {
    const tool = Tool.make("get_weather", {
      description: "",
      output: Weather.schema,
      errors: [Errors.Timeout, Errors.NotFound],
      safety: "read"
    })
    expect(Tool.handle(tool, () => program)).type.toBe<Tool.Handled<Station | Models | Archive, typeof tool>>()
    const narrow = Tool.make("get_weather", { description: "", output: Weather.schema, errors: [Errors.Timeout] })
    expect(Tool.handle).type.not.toBeCallableWith(narrow, () => program)
  })

  it("does not fail if the required parts do not", () => {
    const safe = Degrade.parts({
      required: {},
      optional: { forecast: Weather.schema.fields.data.fields.forecast.schema }
    })
    expect<Effect.Error<ReturnType<typeof collectSafe>>>().type.toBe<never>()
    const collectSafe = () => safe.collect({ forecast: { effect: forecast, impact: "" } })
  })
})

describe("an optional part", () => {
  it("can be left out", () => {
    expect(Weather.collect).type.toBeCallableWith(required)
    expect(Weather.collect).type.toBeCallableWith({ ...required, forecast: undefined })
    const some = Weather.collect({ ...required, forecast: isWanted ? { effect: forecast, impact: "" } : undefined })
    expect<Effect.Services<typeof some>>().type.toBe<Station | Models>()
    const spread = Weather.collect({
      ...required,
      ...isWanted ? { forecast: { effect: forecast, impact: "", cached } } : {}
    })
    expect<Effect.Services<typeof spread>>().type.toBe<Station | Models | Archive>()
  })

  it("can bring its last good value itself", () => {
    const program = Weather.collect({ ...required, forecast: { answer, impact: "" } })
    expect<Effect.Services<typeof program>>().type.toBe<Station | Archive>()
  })

  it("says what its absence means", () => {
    expect(Weather.collect).type.not.toBeCallableWith({ ...required, forecast: { effect: forecast } })
  })

  it("fails with classified errors only", () => {
    const failing = <E>(error: E) => ({ ...required, forecast: { effect: Effect.fail(error), impact: "" } })
    expect(Weather.collect).type.not.toBeCallableWith(failing(new Error("x")))
    expect(Weather.collect).type.not.toBeCallableWith(failing("x"))
    expect(Weather.collect).type.not.toBeCallableWith(failing({ _tag: "X" } as const))
    expect(Weather.collect).type.not.toBeCallableWith(failing(null as unknown))
    expect(Weather.collect).type.not.toBeCallableWith(failing(null as any))
    expect(Weather.collect).type.not.toBeCallableWith(
      failing(new Errors.Timeout({ operation: "x" }) as Errors.Timeout | Error)
    )
    expect(Weather.collect).type.not.toBeCallableWith({
      ...required,
      forecast: { answer: null as unknown as Effect.Effect<Fallback.Answer<ReadonlyArray<string>>, any>, impact: "" }
    })
    expect(Weather.collect).type.not.toBeCallableWith({
      ...required,
      forecast: { effect: forecast, impact: "", cached: Effect.fail(new Error("x")) }
    })
  })

  it("gives what its schema says", () => {
    expect(Weather.collect).type.not.toBeCallableWith({
      ...required,
      forecast: { effect: Effect.succeed([1]), impact: "" }
    })
    expect(Weather.collect).type.not.toBeCallableWith({
      ...required,
      updated: {
        effect: Effect.succeed(new Date(0)),
        impact: "",
        cached: Effect.succeedSome({ value: "1970", age: Duration.zero })
      }
    })
  })

  it("comes from one place", () => {
    expect(Weather.collect).type.not.toBeCallableWith({
      ...required,
      forecast: { effect: forecast, answer, impact: "" }
    })
  })
})

describe("a required part", () => {
  it("cannot be left out", () => {
    expect(Weather.collect).type.not.toBeCallableWith({ current })
    expect(Weather.collect).type.not.toBeCallableWith({ current, place: undefined })
  })

  it("gives what its schema says", () => {
    expect(Weather.collect).type.not.toBeCallableWith({ current, place: Effect.succeed(1) })
  })

  it("fails with anything: the tool checks it", () => {
    const program = Weather.collect({ current, place: Effect.fail("x" as const) })
    expect<Effect.Error<typeof program>>().type.toBe<Errors.Timeout | "x">()
  })
})

describe("what was not declared", () => {
  it("is refused", () => {
    expect(Weather.collect).type.not.toBeCallableWith({ ...required, sky: { effect: Effect.succeed("x"), impact: "" } })
    expect(Weather.collect).type.not.toBeCallableWith({ ...required, forcast: { effect: forecast, impact: "" } })
  })
})

describe("a declaration", () => {
  it("refuses a part that is required and optional", () => {
    expect(Degrade.parts).type.not.toBeCallableWith({ required: { a: Schema.String }, optional: { a: Schema.String } })
  })

  it("refuses schemas that say by themselves that they may be absent", () => {
    expect(Degrade.parts).type.not.toBeCallableWith({
      required: { a: Schema.optionalKey(Schema.String) },
      optional: {}
    })
    expect(Degrade.parts).type.not.toBeCallableWith({ required: {}, optional: { a: Schema.optional(Schema.String) } })
  })
})

void Option
