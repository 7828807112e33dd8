/** No listing holds what a host trips over, and whatever our decoder takes fits what is listed. */
import { expect, it } from "@effect/vitest"
import * as Arguments from "@errata/core/Arguments"
import * as JsonSchema from "@errata/core/JsonSchema"
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, runs, seeded, type Source, source } from "./support/arbitraries.ts"

interface Tree {
  readonly label: string
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  label: Schema.String,
  children: Schema.Array(Schema.suspend(() => Tree))
}).annotate({ identifier: "Tree" })
class Person extends Schema.Class<Person>("Person")({ name: Schema.String, age: Schema.optionalKey(Schema.Int) }) {}

type Any = Schema.Codec<unknown, unknown>

/** A schema, and a value that it probably takes. */
interface Made {
  readonly schema: Any
  readonly value: unknown
}

const leaves: ReadonlyArray<(from: Source) => Made> = [
  () => ({ schema: Schema.String, value: "x" }),
  () => ({ schema: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(5)), value: "abc" }),
  (from) => ({ schema: Schema.Int, value: from.int(99) }),
  () => ({ schema: Schema.Finite, value: 0.5 }),
  (from) => ({ schema: Schema.Number, value: from.pick([1, "NaN", "Infinity"]) }),
  (from) => ({ schema: Schema.Boolean, value: from.chance(50) }),
  (from) => ({ schema: Schema.Literals(["a", "b", "c"]), value: from.pick(["a", "b", "c"]) }),
  () => ({ schema: Schema.NullOr(Schema.String), value: null }),
  () => ({ schema: Schema.DateTimeUtcFromString, value: "2026-11-26T12:00:00Z" }),
  () => ({ schema: Schema.FiniteFromString, value: "7" }),
  (from) => ({ schema: Schema.Unknown, value: json(from, 1) }),
  () => ({ schema: Person, value: { name: "Ada", age: 36 } }),
  () => ({ schema: Tree, value: { label: "a", children: [{ label: "b", children: [] }] } }),
  () => ({ schema: Schema.TemplateLiteral(["id-", Schema.Finite]), value: "id-3" })
] as ReadonlyArray<(from: Source) => Made>

const made = (from: Source, depth: number): Made => {
  if (depth === 0 || from.chance(30)) return from.pick(leaves)(from)
  const inner = () => made(from, depth - 1)
  return from.pick<() => Made>([
    () => {
      const { schema, value } = inner()
      return { schema: Schema.Array(schema), value: from.chance(20) ? [] : [value, value] }
    },
    () => {
      const parts = [inner(), inner()]
      return { schema: Schema.Tuple(parts.map((it) => it.schema)) as never, value: parts.map((it) => it.value) }
    },
    () => {
      const parts = [inner(), inner()]
      return {
        schema: Schema.TupleWithRest(Schema.Tuple([parts[0]!.schema]), [parts[1]!.schema]) as never,
        value: parts.map((it) => it.value)
      }
    },
    () => {
      const { schema, value } = inner()
      return { schema: Schema.Record(Schema.String, schema) as never, value: { k: value, l: value } }
    },
    () => {
      const parts = [inner(), inner()]
      return { schema: Schema.Union(parts.map((it) => it.schema)) as never, value: from.pick(parts).value }
    },
    () => struct(from, depth)
  ])()
}

const struct = (from: Source, depth: number): Made => {
  const fields: Record<string, Schema.Top> = {}
  const value: Record<string, unknown> = {}
  for (const name of ["alpha", "beta", "gamma"].filter(() => from.chance(70))) {
    const field = made(from, depth - 1)
    const wrap = from.pick<(schema: Any) => Schema.Top>([
      (schema) => schema,
      (schema) => Schema.optionalKey(schema),
      (schema) => Schema.optional(schema),
      (schema) => schema.annotate({ description: "A field." })
    ])
    fields[name] = wrap(field.schema)
    value[name] = field.value
  }
  if (from.chance(30)) fields["limit"] = Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3)))
  return { schema: Schema.Struct(fields as never) as never, value }
}

const input = (from: Source): Made => {
  if (from.chance(70)) return struct(from, 3)
  const tagged = ["one", "two", "three"].slice(0, 2 + from.int(2)).map((tag) => {
    const { schema, value } = struct(from, 2)
    const { fields } = schema as unknown as Schema.Struct<Schema.Struct.Fields>
    return {
      schema: Schema.Struct({ kind: Schema.Literal(tag), ...fields }),
      value: { kind: tag, ...value as object }
    }
  })
  return { schema: Schema.Union(tagged.map((it) => it.schema)) as never, value: from.pick(tagged).value }
}

/** A failing run shows its seed. */
const seeds = seeded((from) => from.int(2 ** 31))

const fromSeed = (seed: number) => {
  const from = source(seed)
  return { ...input(from), from }
}

/** Whether what a reference leads to leads back to it. */
const isRecursive = (listed: JsonSchema.JsonSchema, ref: string): boolean => {
  const reached = new Set<string>()
  const look = (from: string): void => {
    const definition = (listed["$defs"] as Record<string, unknown>)[from.slice("#/$defs/".length)]
    for (const [, inner] of JSON.stringify(definition).matchAll(/"\$ref":"([^"]+)"/g)) {
      if (!reached.has(inner!)) {
        reached.add(inner!)
        look(inner!)
      }
    }
  }
  look(ref)
  return reached.has(ref)
}

/** What is wrong with a listing, anywhere in it. */
const faults = (listed: JsonSchema.JsonSchema): ReadonlyArray<string> => {
  const found: Array<string> = []
  const look = (node: unknown, path: string): void => {
    if (Array.isArray(node)) return node.forEach((inner, i) => look(inner, `${path}[${i}]`))
    if (typeof node !== "object" || node === null) return
    const schema = node as Record<string, unknown>
    if ("$schema" in schema) found.push(`${path}: $schema`)
    if ("prefixItems" in schema) found.push(`${path}: prefixItems`)
    if (schema["additionalProperties"] === false) found.push(`${path}: closed`)
    if (schema["type"] === "array" && (typeof schema["items"] !== "object" || schema["items"] === null)) {
      found.push(`${path}: no items`)
    }
    for (const bound of ["minimum", "maximum"]) {
      if (Math.abs(Number(schema[bound])) >= 2 ** 53 - 1) found.push(`${path}: ${bound}`)
    }
    if (typeof schema["$ref"] === "string" && !isRecursive(listed, schema["$ref"])) found.push(`${path}: $ref`)
    for (const [key, inner] of Object.entries(schema)) {
      if (key !== "default" && key !== "examples" && key !== "enum") look(inner, `${path}.${key}`)
    }
  }
  look(listed, "")
  for (const key of ["anyOf", "oneOf", "allOf", "not", "$ref"]) if (key in listed) found.push(`root: ${key}`)
  if (listed["type"] !== "object" || typeof listed["properties"] !== "object") found.push("root: no object")
  return found
}

it.prop("no listing holds what a host trips over", [seeds], ([seed]) => {
  const { schema } = fromSeed(seed)
  expect(faults(JsonSchema.ofInput(schema))).toEqual([])
}, runs(60))

const validators = new AjvJsonSchemaValidator()

it.prop(
  "what is taken fits what is listed, and nothing that decodes is altered",
  [seeds],
  ([seed]) => {
    const { from, schema, value } = fromSeed(seed)
    const isListed = validators.getValidator(JsonSchema.ofInput(schema) as never)
    const decode = Arguments.decoder({ input: schema })
    const plain = Arguments.decoder({ input: schema, repair: false })
    let taken = 0
    for (const args of [value, ...Array.from({ length: 5 }, () => json(from)), changed(from, value)]) {
      const before = JSON.stringify(args)
      const [decoded, unrepaired] = [decode(args), plain(args)]
      expect(JSON.stringify(args)).toBe(before)
      if (unrepaired._tag !== "Success" || typeof args !== "object" || args === null) continue
      taken++
      expect(decoded).toEqual(unrepaired)
      expect(decoded._tag === "Success" && decoded.success).toMatchObject({ repaired: [], dropped: [] })
      expect(isListed(args)).toMatchObject({ valid: true })
    }
    expect(taken).toBeGreaterThan(0)
  },
  runs(200)
)

/** The same with one thing changed, as clients change it. */
const changed = (from: Source, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  const keys = Object.keys(value)
  if (keys.length === 0) return { ...value, wait_for_previous: true }
  const key = from.pick(keys)
  const inner = (value as Record<string, unknown>)[key]
  return { ...value, [key]: from.pick<unknown>([null, String(inner), JSON.stringify(inner), [inner], inner]) }
}
