/**
 * The short way around effect's parser: whatever it copies is exactly what the parser makes of it, in both directions. It is
 * internal, so that it is loaded by its path; effect's own parser is the oracle.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Redaction from "@errata/core/Redaction"
import * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import { execFileSync } from "node:child_process"
import { everyHostile, hostile, json, runs, seeded, type Source, text } from "../core/support/arbitraries.ts"
import { bind, expectMasked, recorder } from "./support/harness.ts"

interface Module {
  readonly undecided: symbol
  readonly plain: (ast: SchemaAST.AST) => ((value: unknown) => unknown) | undefined
}

const internal = new URL("../../packages/mcp-adapter/src/internal/plain.ts", import.meta.url).href
const { plain, undecided } = await import(internal) as Module

type Codec = Schema.Codec<unknown, unknown>

/** Both directions of a schema: the short way and effect's. */
const directions = (schema: Schema.Top) => {
  const wire = Schema.toCodecJson(schema as Codec)
  return {
    decode: { copy: plain(wire.ast), parse: SchemaParser.decodeUnknownResult(wire) },
    encode: { copy: plain(Schema.flip(wire).ast), parse: SchemaParser.encodeUnknownResult(wire) }
  }
}

type Direction = ReturnType<typeof directions>["decode" | "encode"]

/** Equal to the last detail that a handler could see: prototypes, the order of keys, their descriptors, the sign of zero. */
const expectSame = (actual: unknown, expected: unknown): void => {
  if (Object.is(actual, expected)) return
  if (typeof actual !== "object" || typeof expected !== "object") throw new Error("not the same value")
  expect(Object.getPrototypeOf(actual)).toBe(Object.getPrototypeOf(expected))
  expect(Reflect.ownKeys(actual!)).toEqual(Reflect.ownKeys(expected!))
  for (const key of Reflect.ownKeys(actual!)) {
    const [a, b] = [actual, expected].map((of) => Object.getOwnPropertyDescriptor(of, key)!)
    expect({ ...a, value: undefined }).toEqual({ ...b, value: undefined })
    expectSame(a!.value, b!.value)
  }
}

/** What the parser makes of a value; `undefined` if it throws. */
const parsed = ({ parse }: Direction, value: unknown): Result.Result<unknown, unknown> | undefined => {
  try {
    return parse(value)
  } catch {
    return undefined
  }
}

/** Whether the short way took the value; if it did, the parser must agree, and may not be left with a part of the value. */
const took = (direction: Direction, value: unknown): boolean => {
  const copied = direction.copy === undefined ? undecided : direction.copy(value)
  if (copied === undecided) return false
  const expected = parsed(direction, value)
  if (expected === undefined || Result.isFailure(expected)) throw new Error("took what effect refuses")
  expectSame(copied, expected.success)
  if (typeof value === "object" && value !== null) expect(copied === value).toBe(expected.success === value)
  return true
}

/** A schema and how its values are made, as they go over the wire. */
interface Made {
  readonly schema: Schema.Top
  readonly value: (from: Source) => unknown
}

const numbers = [0, -0, 1, 7, 50, 2.5, -3, 1e21, Number.MAX_SAFE_INTEGER]
const words = ["low", "normal", "high", "Infinity", "NaN", "1"]

const leaves: ReadonlyArray<Made> = [
  { schema: Schema.String, value: text },
  { schema: Schema.String.annotate({ description: "described" }), value: text },
  { schema: Schema.String.check(Schema.isMinLength(2), Schema.isMaxLength(9)), value: (from) => from.pick(words) },
  { schema: Schema.String.check(Schema.isPattern(/^[a-z]+$/g)), value: (from) => from.pick(words) },
  { schema: Schema.String.pipe(Schema.brand("Id")), value: (from) => from.pick(words) },
  { schema: Schema.Finite, value: (from) => from.pick(numbers) },
  { schema: Schema.Finite.annotate({ description: "described" }), value: (from) => from.pick(numbers) },
  {
    schema: Schema.Finite.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(1)),
    value: (from) => from.pick(numbers)
  },
  { schema: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 })), value: (from) => from.pick(numbers) },
  { schema: Schema.Number, value: (from) => from.pick([...numbers, "NaN", "-Infinity"]) },
  { schema: Schema.Number.check(Schema.isGreaterThan(0)), value: (from) => from.pick([...numbers, "Infinity"]) },
  { schema: Schema.Boolean, value: (from) => from.chance(50) },
  { schema: Schema.Null, value: () => null },
  { schema: Schema.Literal(0), value: (from) => from.pick([0, -0]) },
  { schema: Schema.Literal("low"), value: () => "low" },
  { schema: Schema.Literals(["low", "normal", 1, true]), value: (from) => from.pick(["low", "normal", 1, true]) },
  { schema: Schema.Struct({}), value: (from) => from.pick([{}, { a: 1 }]) }
]

class Point extends Schema.Class<Point>("Point")({ x: Schema.Finite }) {}

const recursive: Schema.Codec<unknown> = Schema.Struct({ next: Schema.NullOr(Schema.suspend(() => recursive)) })

/** What is more than checked and copied, or not known to be no more. */
const elaborate: ReadonlyArray<Made> = [
  { schema: Schema.FiniteFromString, value: (from) => String(from.pick(numbers)) },
  { schema: Schema.String.pipe(Schema.decodeTo(Schema.String)), value: text },
  { schema: Schema.DateTimeUtcFromString, value: () => "2026-01-01T00:00:00Z" },
  { schema: Schema.Date, value: () => "2026-01-01T00:00:00Z" },
  { schema: Schema.BigInt, value: () => "12" },
  { schema: Schema.Literal(12n), value: () => "12" },
  { schema: Schema.Undefined, value: () => null },
  { schema: Schema.Unknown, value: json },
  { schema: Schema.Any, value: json },
  { schema: Schema.Redacted(Schema.String), value: text },
  { schema: Point, value: () => ({ x: 1 }) },
  { schema: Schema.Option(Schema.String), value: text },
  { schema: Schema.Tuple([Schema.String, Schema.Finite]), value: () => ["a", 1] },
  { schema: Schema.NonEmptyArray(Schema.String), value: () => ["a"] },
  { schema: Schema.Struct({ ["__proto__"]: Schema.String }), value: () => JSON.parse("{\"__proto__\":\"x\"}") },
  {
    schema: Schema.Struct({ a: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("x"))) }),
    value: () => ({})
  },
  {
    schema: Schema.StructWithRest(Schema.Struct({ a: Schema.String }), [Schema.Record(Schema.String, Schema.String)]),
    value: () => ({ a: "a", b: "b" })
  },
  {
    schema: Schema.Record(Schema.String.check(Schema.isMinLength(2)), Schema.String),
    value: () => ({ aa: "x", b: 1 })
  },
  { schema: Schema.Union([Schema.String, Schema.String.check(Schema.isMinLength(2))], { mode: "oneOf" }), value: text },
  { schema: recursive, value: () => ({ next: { next: null } }) }
]

const names = ["a", "b", "id", "1", "toString", "constructor", "length", "é"]

interface Parts {
  readonly leaves: ReadonlyArray<Made>
  /** How a field may be left out. */
  readonly optional: ReadonlyArray<typeof Schema.optionalKey | typeof Schema.optional>
}

/** A schema with values that may be refused by its checks only. */
const made = (from: Source, parts: Parts, depth = 3): Made => {
  const inner = () => made(from, parts, depth - 1)
  const kind = depth === 0 ? 0 : from.int(9)
  if (kind < 3) return from.pick(parts.leaves)
  if (kind < 6) {
    const fields = names.filter((name) => name === "id" || from.chance(40)).map((name) => ({
      name,
      of: inner(),
      how: from.int(5)
    }))
    return {
      schema: Schema.Struct(Object.fromEntries(
        fields.map((
          { how, name, of }
        ) => [name, (parts.optional[how]?.(of.schema as Codec) ?? of.schema) as Schema.Top])
      )),
      value: (from) =>
        Object.fromEntries(
          fields.filter(({ how }) => how >= parts.optional.length || from.chance(50)).map((
            { name, of }
          ) => [name, of.value(from)])
        )
    }
  }
  const one = inner()
  if (kind === 6) {
    const list = Schema.Array(one.schema as Codec)
    const schema = from.chance(30) ? list.check(Schema.isMinLength(1)) : list
    return { schema, value: (from) => Array.from({ length: from.int(4) }, () => one.value(from)) }
  }
  if (kind === 7) {
    const value = (from: Source) =>
      Object.fromEntries(names.filter(() => from.chance(30)).map((name) => [name, one.value(from)]))
    return { schema: Schema.Record(Schema.String, one.schema as Codec), value }
  }
  const others = [one, inner(), from.pick(parts.leaves)]
  return { schema: Schema.Union(others.map(({ schema }) => schema)), value: (from) => from.pick(others).value(from) }
}

/** The same with something wrong, or at least unusual, anywhere in it; the same itself if it throws when it is looked at. */
const broken = (from: Source, value: unknown): unknown => {
  try {
    return brokenUnsafe(from, value)
  } catch {
    return value
  }
}

const brokenUnsafe = (from: Source, value: unknown): unknown => {
  if (from.chance(25) || typeof value !== "object" || value === null) {
    return from.pick([hostile, json, text, () => undefined, () => null, () => from.pick(numbers), () => Number.NaN])(
      from
    )
  }
  if (Array.isArray(value)) {
    const at = from.int(value.length)
    return from.pick([
      () => [...value, broken(from, value[0])],
      () => value.map((item, i) => i === at ? broken(from, item) : item as unknown),
      () => Object.assign([...value], { length: value.length + 1 }),
      () => Object.assign([...value], { extra: 1 }),
      () => Object.freeze([...value])
    ])()
  }
  const keys = Object.keys(value)
  const key = from.pick([...keys, "extra"])
  const item = (value as Record<string, unknown>)[key]
  return from.pick([
    () => ({ ...value, [key]: broken(from, item) }),
    () => ({ ...value, extra: 1, [Symbol("extra")]: 1 }),
    () => ({ ...value, [key]: undefined }),
    () => Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)),
    () => Object.fromEntries(Object.entries(value).reverse()),
    () => Object.assign(Object.create(null), value) as object,
    () => Object.create(value) as object,
    () => Object.defineProperty({ ...value }, key, { get: () => item, enumerable: from.chance(50) }),
    () => Object.defineProperty({ ...value }, "__proto__", { value: item, enumerable: true }),
    () => new Proxy(value, {}),
    () => Object.freeze({ ...value })
  ])()
}

const both = ({ schema, value }: Made, from: Source): void => {
  const { decode, encode } = directions(schema)
  for (let i = 0; i < 8; i++) {
    const valid = value(from)
    const wire = [valid, ...from.chance(70) ? [broken(from, valid), broken(from, broken(from, valid))] : []]
    for (const given of wire) {
      took(decode, given)
      took(encode, given)
      const inner = parsed(decode, given)
      if (inner === undefined || Result.isFailure(inner)) continue
      took(encode, inner.success)
      took(encode, broken(from, inner.success))
    }
  }
}

describe("what is copied the short way", () => {
  it.effect.prop(
    "is what effect's parser makes of it, for any schema and value",
    [seeded((from) => from)],
    ([from]) =>
      Effect.sync(() => {
        const some = from.chance(50) ? leaves : [...leaves, ...elaborate]
        both(made(from, { leaves: some, optional: [Schema.optionalKey, Schema.optional] }), from)
      }),
    runs(400)
  )

  // where a member leaves something undecided, so does the union: a number that may be text, a field that may be null
  it.effect.prop(
    "is all that a schema of surely plain parts accepts",
    [seeded((from) => from)],
    ([from]) =>
      Effect.sync(() => {
        const sure = leaves.filter(({ schema: { ast } }) => ast._tag !== "Number" && ast._tag !== "Objects")
        const { schema, value } = made(from, { leaves: sure, optional: [Schema.optionalKey] })
        const { decode, encode } = directions(schema)
        for (let i = 0; i < 8; i++) {
          const given = value(from)
          const accepts = Result.isSuccess(parsed(decode, given)!)
          expect(took(decode, given)).toBe(accepts)
          expect(took(encode, given)).toBe(accepts)
        }
      }),
    runs(200)
  )

  it("is nothing hostile", () => {
    for (const { schema } of [...leaves, ...elaborate]) {
      for (
        const wrap of [
          (of: Schema.Top) => of,
          Schema.Array,
          (of: Schema.Top) => Schema.Record(Schema.String, of as Codec)
        ]
      ) {
        const { decode, encode } = directions(wrap(schema as never) as Schema.Top)
        for (const value of everyHostile) for (const way of [decode, encode]) took(way, value)
      }
    }
  })

  it.each(leaves.map(({ schema }, i) => [i, schema] as const))("holds plain schema %i", (_, schema) => {
    expect(directions(schema).decode.copy).toBeDefined()
    expect(directions(schema).encode.copy).toBeDefined()
  })

  it.each(elaborate.map(({ schema }, i) => [i, schema] as const))(
    "holds nothing of elaborate schema %i",
    (_, schema) => {
      const around = [schema, Schema.Struct({ a: Schema.String, b: schema as Codec }), Schema.Array(schema as Codec)]
      for (const any of around) {
        expect(directions(any).decode.copy).toBeUndefined()
        expect(directions(any).encode.copy).toBeUndefined()
      }
    }
  )
})

describe("what has to be left to the parser", () => {
  const cases: ReadonlyArray<readonly [string, Schema.Top, unknown]> = [
    ["a number written as text, before text", Schema.Union([Schema.Number, Schema.String]), "NaN"],
    [
      "null for an optional field, before another struct",
      Schema.Union([Schema.Struct({ a: Schema.optional(Schema.String) }), Schema.Struct({ b: Schema.Finite })]),
      { a: null, b: 1 }
    ],
    [
      "a key `__proto__` of a record, before a struct",
      Schema.Union([Schema.Record(Schema.String, Schema.Finite), Schema.Struct({ a: Schema.Finite })]),
      JSON.parse("{\"__proto__\":1,\"a\":1}")
    ],
    [
      "what a member that is not plain may take",
      Schema.Union([Schema.Boolean, Schema.FiniteFromString, Schema.String]),
      "7"
    ]
  ]
  it.each(cases)("%s", (_, schema, value) => {
    const { decode } = directions(schema)
    expect(decode.copy).toBeDefined()
    expect(Result.isSuccess(decode.parse(value))).toBe(true)
    expect(decode.copy!(value)).toBe(undecided)
  })

  it("everything, if effect compiles schemas", () => {
    const script = `const { plain } = await import(${JSON.stringify(internal)})
      const Schema = await import("effect/Schema")
      console.log(plain(Schema.String.ast))`
    const run = (...flags: ReadonlyArray<string>) =>
      execFileSync(process.execPath, [...flags, "--input-type=module", "--eval", script], {
        cwd: import.meta.dirname,
        encoding: "utf8"
      }).trim()
    expect(run()).toContain("Function")
    expect(run("--import=effect/schema/SchemaJITCompiler/enable")).toBe("undefined")
  })
})

describe("a handler", () => {
  const Plain = Schema.Struct({ tags: Schema.Array(Schema.String), nested: Schema.Struct({ n: Schema.Number }) })

  it.effect("may change its arguments: the log shows what came", () =>
    Effect.gen(function*() {
      const { layer, lines } = recorder()
      const tool = Tool.define("t", { description: "d", input: Plain, safety: "once" })
      const handled = Tool.handle(tool, (input) =>
        Effect.sync(() => {
          const given = input as { tags: Array<string>; nested: { n: number } }
          given.tags.push("forged")
          given.nested.n = 666
        }))
      const args = { tags: ["a"], nested: { n: 1 } }
      yield* (yield* bind(handled).pipe(Effect.provide(layer)))(args).reply
      expect(lines[0]!["arguments"]).toBe("{\"tags\":[\"a\"],\"nested\":{\"n\":1}}")
      expect(args).toEqual({ tags: ["a"], nested: { n: 1 } })
    }))

  it.effect("keeps what it returns: the reply is a copy without what the schema does not name", () =>
    Effect.gen(function*() {
      const kept = { nested: { n: 1, hidden: "x" }, tags: ["a"], hidden: "x" }
      const tool = Tool.define("t", { description: "d", output: Plain, safety: "once" })
      const { reply } = (yield* bind(Tool.handle(tool, () => Effect.succeed(kept))))({})
      const { structuredContent } = yield* reply
      expect(structuredContent).toEqual({ tags: ["a"], nested: { n: 1 } })
      expect(structuredContent!["tags"]).not.toBe(kept.tags)
      expect(structuredContent!["nested"]).not.toBe(kept.nested)
    }))

  it.effect("that returns what does not fit, or throws when read, fails as ever", () =>
    Effect.gen(function*() {
      const tool = Tool.define("t", { description: "d", output: Plain, safety: "once" })
      const throwing = {
        get tags() {
          throw new Error("read")
        },
        nested: { n: 1 }
      }
      for (const output of [{ tags: [1], nested: { n: 1 } }, throwing, new Proxy({}, { get: () => 1 })]) {
        const { reply } = (yield* bind(Tool.handle(tool, () => Effect.succeed(output as never))))({})
        expectMasked(yield* reply)
      }
    }))

  it.effect("never shows what is sensitive", () =>
    Effect.gen(function*() {
      const output = Schema.Struct({ id: Schema.String, token: Redaction.sensitive(Schema.String) })
      const tool = Tool.define("t", { description: "d", output, safety: "once" })
      const { reply } = (yield* bind(Tool.handle(tool, () => Effect.succeed({ id: "x", token: "hunter2" }))))({})
      expect((yield* reply).structuredContent).toEqual({ id: "x" })
    }))
})
