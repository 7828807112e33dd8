import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as JsonSchema from "@errata/core/JsonSchema"
import * as Schema from "effect/Schema"

const $schema = "https://json-schema.org/draft/2020-12/schema"

interface Tree {
  readonly name: string
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  name: Schema.String,
  children: Schema.Array(Schema.suspend(() => Tree))
}).annotate({ identifier: "Tree" })

class Person extends Schema.Class<Person>("Person")({ name: Schema.String, age: Schema.optionalKey(Schema.Int) }) {}

describe("fromSchema", () => {
  it("a struct is an inline object of draft 2020-12", () => {
    expect(JsonSchema.fromSchema(Schema.Struct({ city: Schema.String, days: Schema.optionalKey(Schema.Finite) })))
      .toMatchObject({
        $schema,
        type: "object",
        properties: { city: { type: "string" }, days: { type: "number" } },
        required: ["city"]
      })
  })

  it("an empty struct is an object without properties", () => {
    expect(JsonSchema.fromSchema(Schema.Struct({}))).toEqual({ $schema, type: "object", properties: {} })
    expect(JsonSchema.fromSchema(Schema.Struct({}), { isClosed: true })).toEqual({
      $schema,
      type: "object",
      properties: {},
      additionalProperties: false
    })
  })

  it("a class is put in place", () => {
    const json = JsonSchema.fromSchema(Person)
    expect(json).toMatchObject({ type: "object", properties: { name: { type: "string" } }, required: ["name"] })
    expect(JSON.stringify(json)).not.toContain("$ref")
    expect(JsonSchema.fromSchema(Errors.NotFound)).toMatchObject({
      type: "object",
      required: expect.arrayContaining(["_tag", "resource"])
    })
  })

  it("a recursive schema is put in place and keeps what refers to it", () => {
    const json = JsonSchema.fromSchema(Tree)
    expect(json).toMatchObject({
      type: "object",
      properties: { children: { type: "array", items: { $ref: "#/$defs/Tree" } } }
    })
    expect(json["$defs"]).toHaveProperty("Tree")
  })

  it("a class inside another keeps its definition", () => {
    const json = JsonSchema.fromSchema(Schema.Struct({ one: Person, two: Person }))
    expect(json["type"]).toBe("object")
    for (const [, ref] of JSON.stringify(json).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) {
      expect(json["$defs"]).toHaveProperty(ref!)
    }
  })

  it("a union of objects says that it is an object", () => {
    const json = JsonSchema.fromSchema(
      Schema.Union([Schema.Struct({ a: Schema.String }), Schema.Struct({ b: Schema.String })])
    )
    expect(json["type"]).toBe("object")
    expect(json["anyOf"]).toHaveLength(2)
  })

  it("the encoded side is listed", () => {
    const json = JsonSchema.fromSchema(Schema.Struct({ n: Schema.FiniteFromString, at: Schema.DateTimeUtcFromString }))
    expect(json["properties"]).toMatchObject({ n: { type: "string" }, at: { type: "string" } })
    expect(JsonSchema.fromSchema(Schema.Struct({ a: Schema.String }).pipe(Schema.encodeKeys({ a: "b" })))["properties"])
      .toHaveProperty("b")
  })

  it("a schema without a JSON form throws when it is listed", () => {
    expect(() => JsonSchema.fromSchema(Schema.Struct({ [Symbol.for("s")]: Schema.String }))).toThrow()
  })
})

describe("closed", () => {
  const closed = (schema: Schema.Top) => JsonSchema.fromSchema(schema, { isClosed: true })["additionalProperties"]

  it("where the root lists every property", () => {
    expect(closed(Schema.Struct({ a: Schema.String }))).toBe(false)
    expect(closed(Person)).toBe(false)
    expect(closed(Tree)).toBe(false)
    expect(JsonSchema.fromSchema(Schema.Struct({ a: Schema.String }))["additionalProperties"]).not.toBe(false)
  })

  it("not where it does not: what is listed would refuse what is taken", () => {
    expect(closed(Schema.Union([Schema.Struct({ a: Schema.String }), Schema.Struct({ b: Schema.String })]))).not.toBe(
      false
    )
    expect(closed(Schema.Record(Schema.String, Schema.Finite))).toMatchObject({ type: "number" })
    expect(
      closed(Schema.StructWithRest(Schema.Struct({ a: Schema.String }), [Schema.Record(Schema.String, Schema.String)]))
    ).not.toBe(false)
  })
})

describe("isObject", () => {
  it.each<[string, Schema.Top, boolean]>([
    ["a struct", Schema.Struct({}), true],
    ["a record", Schema.Record(Schema.String, Schema.String), true],
    ["a class", Person, true],
    ["a recursive schema", Tree, true],
    ["a lazy one", Schema.suspend(() => Tree), true],
    ["a union of objects", Schema.Union([Person, Tree]), true],
    ["a union with null", Schema.NullOr(Person), false],
    ["an array", Schema.Array(Person), false],
    ["a string", Schema.String, false],
    ["a date", Schema.Date, false],
    ["an option", Schema.Option(Schema.String), true],
    ["a map", Schema.ReadonlyMap(Schema.String, Schema.String), false],
    ["anything", Schema.Unknown, false]
  ])("%s", (_, schema, expected) => expect(JsonSchema.isObject(schema)).toBe(expected))
})

describe("ofOutput", () => {
  it("an object stays as it is", () => {
    expect(JsonSchema.ofOutput(Person)).toEqual(JsonSchema.fromSchema(Person))
  })

  it("what is none is wrapped", () => {
    expect(JsonSchema.ofOutput(Schema.String)).toEqual({
      $schema,
      type: "object",
      properties: { result: { type: "string" } },
      required: ["result"]
    })
    expect(JsonSchema.ofOutput(Schema.NullOr(Person))).toMatchObject({ type: "object", required: ["result"] })
  })

  it("definitions stay at the root, where references find them", () => {
    const json = JsonSchema.ofOutput(Schema.Array(Tree))
    expect(json["$defs"]).toHaveProperty("Tree")
    expect((json["properties"] as { readonly result: object }).result).not.toHaveProperty("$defs")
    expect((json["properties"] as { readonly result: object }).result).not.toHaveProperty("$schema")
  })
})
