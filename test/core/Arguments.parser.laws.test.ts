/** What is taken without effect's parser is taken as by it, and what is wrong is told as from its issues, in their order. */
import { expect, it } from "@effect/vitest"
import * as Arguments from "@errata/core/Arguments"
import * as Issue from "@errata/core/Issue"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import { inspect } from "node:util"
import { runs, seeded, type Source, source } from "./support/arbitraries.ts"

type Any = Schema.Codec<unknown, unknown>

interface Tree {
  readonly value: number
  readonly children?: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  value: Schema.Int,
  children: Schema.optionalKey(Schema.Array(Schema.suspend(() => Tree)))
})
class Person extends Schema.Class<Person>("Person")({ a: Schema.String }) {}

const text = Schema.String

const leaves: ReadonlyArray<Schema.Top> = [
  text,
  Schema.Number,
  Schema.Finite,
  Schema.Int,
  Schema.Boolean,
  Schema.Null,
  Schema.Unknown,
  Schema.Any,
  Schema.Never,
  Schema.Void,
  Schema.Literal("a"),
  Schema.Literal(0),
  Schema.Literals(["a", "b", "cc"]),
  Schema.Literals([1, "two", 3]),
  Schema.Enum({ A: "a", B: 2 }),
  text.check(Schema.isMinLength(2), Schema.isPattern(/^a/), Schema.isMaxLength(2)),
  text.check(Schema.isPattern(/^a/).and(Schema.isMinLength(2)), Schema.isMaxLength(2)),
  text.check(Schema.isMinLength(2).abort(), Schema.isPattern(/^z/)),
  text.check(Schema.makeFilter((given: string) => given !== "b" || "is b")),
  Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })),
  text.annotate({ description: "A text.", examples: ["ab"] }),
  text.annotate({ message: "Words of my own" }),
  Schema.DateTimeUtcFromString,
  Schema.FiniteFromString,
  Schema.Trim,
  Schema.BigInt,
  Schema.Option(text),
  Schema.TemplateLiteral(["a", Schema.Finite]),
  Schema.Tuple([text, Schema.Int]),
  Schema.TupleWithRest(Schema.Tuple([text]), [Schema.Int]),
  Schema.Union([Schema.Int, Schema.Finite], { mode: "oneOf" }),
  Schema.Struct({}),
  Tree,
  Person
]

const names = ["id", "items", "tag", "kind", "toString", "__proto__", "x y", "1"]

/** Makes an object, whatever its names are. */
const objectOf = (fields: ReadonlyArray<readonly [string, unknown]>): object => {
  const out = {}
  for (const [name, value] of fields) {
    Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return out
}

const wrapped = (from: Source, schema: Schema.Top): Schema.Top =>
  from.pick<() => Schema.Top>([
    () => schema,
    () => schema,
    () => schema,
    () => Schema.optionalKey(schema),
    () => Schema.optional(schema),
    () => Schema.NullOr(schema),
    () => Schema.optionalKey(Schema.NullOr(schema)),
    () => text.pipe(Schema.withDecodingDefaultKey(Effect.succeed("d")))
  ])()

const struct = (from: Source, depth: number): Schema.Top => {
  const chosen = names.filter(() => from.chance(35))
  return Schema.Struct(objectOf(chosen.map((name) => [name, wrapped(from, schemaOf(from, depth - 1))])) as never)
}

const tagged = (from: Source, depth: number): Schema.Top =>
  Schema.Union([
    Schema.Struct({ kind: Schema.Literal("a"), v: schemaOf(from, depth - 1) }),
    Schema.Struct({ kind: Schema.Literal("b"), w: schemaOf(from, depth - 1) })
  ])

const noA = Schema.makeFilter((given: object) =>
  "id" in given && given.id === "a" ? { path: ["id"], issue: "is a" } : true
)

const schemaOf = (from: Source, depth: number): Schema.Top => {
  const inner = () => schemaOf(from, depth - 1)
  if (depth === 0 || from.chance(40)) return from.pick(leaves)
  return from.pick<() => Schema.Top>([
    () => struct(from, depth),
    () => Schema.Array(inner()),
    () => Schema.Array(inner()).check(Schema.isMaxLength(3)),
    () => Schema.Union(Array.from({ length: 1 + from.int(3) }, inner)),
    () => Schema.Record(text, inner()),
    () => tagged(from, depth),
    () => (struct(from, depth) as Schema.Codec<object>).check(noA)
  ])()
}

const anything = (from: Source, depth: number): unknown => {
  const inner = () => anything(from, depth - 1)
  if (depth === 0 || from.chance(50)) {
    return from.pick<unknown>(["a", "b", "ab", "a12", "12", "", 0, -0, 1, 3, 1.5, true, null, undefined, NaN, "NaN"])
  }
  return from.chance(50)
    ? Array.from({ length: from.int(5) }, inner)
    : objectOf([...names, "v", "zz"].filter(() => from.chance(25)).map((name) => [name, inner()]))
}

/** A value that a schema takes, but for a place here and there. */
const valueOf = (from: Source, ast: SchemaAST.AST, depth: number): unknown => {
  if (from.chance(5)) return anything(from, 2)
  const to = ast.encoding?.at(-1)?.to ?? ast
  switch (to._tag) {
    case "String":
      return from.pick(["a", "ab", "abc", "12", "2026-11-27T00:00:00Z"])
    case "Number":
      return from.pick([1, 3, 0, 1.5])
    case "Boolean":
      return from.chance(50)
    case "Null":
      return null
    case "Literal":
      return to.literal
    case "Enum":
      return to.enums[0]![1]
    case "Suspend":
      return depth <= 0 ? undefined : valueOf(from, to.thunk(), depth - 1)
    case "Union":
      return valueOf(from, from.pick(to.types), depth)
    case "Arrays":
      return [
        ...to.elements,
        ...to.rest.flatMap((rest) =>
          Array.from({ length: from.pick(to.checks === undefined ? [0, 1, 3, 120] : [0, 1, 4]) }, () => rest)
        )
      ]
        .map((item) => valueOf(from, item, depth - 1))
    case "Objects":
      return objectOf([
        ...to.propertySignatures.filter(({ type }) => !from.chance(type.context?.isOptional === true ? 40 : 3)).map((
          { name, type }
        ) => [String(name), valueOf(from, type, depth - 1)] as const),
        ...to.indexSignatures.flatMap(({ type }) =>
          names.filter(() => from.chance(25)).map((name) => [name, valueOf(from, type, depth - 1)] as const)
        ),
        ...from.chance(5) ? [["zz", 1] as const] : []
      ])
    default:
      return anything(from, 1)
  }
}

/** What effect's parser makes of it. */
const byEffect = (input: Any, value: unknown): unknown => {
  const parse = SchemaParser.decodeUnknownResult(Schema.toCodecJson(input))
  if (Result.isSuccess(parse(value))) return { value: parse(value) }
  const all = parse(value, { errors: "all" })
  const issues = Result.isFailure(all) ? Issue.fromSchemaIssue(all.failure, { input, value }) : []
  return { issues, omitted: Issue.omitted(issues) }
}

const byDecoder = (input: Any, value: unknown): unknown => {
  const decoded = Arguments.decoder({ input, repair: false, unknownArguments: "ignore" })(value)
  if (Result.isSuccess(decoded)) return { value: Result.succeed(decoded.success.value) }
  const { issues } = decoded.failure as unknown as { readonly issues: ReadonlyArray<Issue.Issue> }
  return { issues, omitted: Issue.omitted(issues) }
}

/** Of a list whose beginning is right only the rest is looked at, so that less may be said of what stands around it. */
const isCut = (input: Any, value: unknown): boolean => {
  const first = SchemaParser.decodeUnknownResult(Schema.toCodecJson(input))(value)
  if (Result.isSuccess(first)) return false
  return pathOf(first.failure).some((key) => typeof key === "number" && key > 0)
}

const pathOf = (issue: SchemaIssue.Issue): ReadonlyArray<PropertyKey> => {
  if (issue._tag === "Pointer") return [...issue.path, ...pathOf(issue.issue)]
  if ("issue" in issue) return pathOf(issue.issue)
  return "issues" in issue && issue.issues[0] !== undefined ? pathOf(issue.issues[0]) : []
}

/** Says which order the keys have, too; some of the checks throw. */
const shown = (make: () => unknown): string => {
  try {
    return inspect(make(), { depth: 30, maxArrayLength: null, maxStringLength: null })
  } catch (error) {
    return `thrown: ${String(error)}, ${String((error as Error).cause)}`
  }
}

/** Of very many wrong values the number of those that are not shown is not counted to its end. */
const uncounted = "omitted: Infinity\n}"

it.prop(
  "arguments are taken, or told to be wrong, as effect's parser would",
  [seeded((from) => from.int(2 ** 31))],
  ([seed]) => {
    const from = source(seed)
    const input = from.pick([struct, struct, tagged])(from, 3) as Any
    const codec = Schema.toCodecJson(input).ast
    for (let i = 0; i < 8; i++) {
      const value = i < 2 ? objectOf([["id", anything(from, 3)], ["kind", "a"]]) : valueOf(from, codec, 4)
      if (typeof value !== "object" || value === null || Array.isArray(value)) continue
      const own = shown(() => byDecoder(input, value))
      const whole = shown(() => byEffect(input, value))
      const theirs = own.endsWith(uncounted) ? whole.replace(/omitted: \d{5,}\n\}$/, uncounted) : whole
      if (own !== theirs) expect([isCut(input, value), own.slice(0, 9)]).toEqual([true, theirs.slice(0, 9)])
    }
  },
  runs(250)
)
