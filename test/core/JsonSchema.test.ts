import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import { isObject } from "@errata/core/internal/jsonSchema"
import * as JsonSchema from "@errata/core/JsonSchema"
import * as Redaction from "@errata/core/Redaction"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

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
  it("a struct is an inline object", () => {
    expect(JsonSchema.fromSchema(Schema.Struct({ city: Schema.String, days: Schema.optionalKey(Schema.Finite) })))
      .toMatchObject({
        type: "object",
        properties: { city: { type: "string" }, days: { type: "number" } },
        required: ["city"]
      })
  })

  it("an empty struct is an object without properties", () => {
    expect(JsonSchema.fromSchema(Schema.Struct({}))).toEqual({ type: "object", properties: {} })
    expect(JsonSchema.ofInput(Schema.Struct({}))).toEqual({ type: "object", properties: {} })
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

  it("a class inside another is put in place, and so is one in a recursive schema", () => {
    const json = JsonSchema.fromSchema(Schema.Struct({ one: Person, two: Schema.Array(Person), tree: Tree }))
    expect(JSON.stringify(json).match(/\$ref/g)).toHaveLength(2)
    expect(Object.keys(json["$defs"] as object)).toEqual(["Tree"])
    expect(json["properties"]).toMatchObject({
      one: { type: "object", required: ["name"] },
      two: { items: { required: ["name"] } },
      tree: { $ref: "#/$defs/Tree" }
    })
  })

  it("references stay where the schema would become too large without", () => {
    let schema: Schema.Top = Schema.Struct({ leaf: Schema.String }).annotate({ identifier: "L0" })
    for (let i = 1; i < 30; i++) {
      schema = Schema.Struct({ a: schema, b: schema }).annotate({ identifier: `L${i}` })
    }
    const json = JsonSchema.ofInput(schema)
    expect(JSON.stringify(json).length).toBeLessThan(50_000)
    expect(json).toMatchObject({ type: "object", properties: { a: { $ref: "#/$defs/L28" } } })
    expect(json["$defs"]).toHaveProperty("L0")
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

describe("what hosts trip over is not listed", () => {
  const property = (schema: Schema.Top) =>
    (JsonSchema.ofInput(Schema.Struct({ a: schema }))["properties"] as { a: unknown }).a

  it.each<[string, Schema.Top, object]>([
    ["bounds of a safe integer", Schema.Int, { type: "integer" }],
    [
      "other bounds stay",
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 })),
      { type: "integer", minimum: 0, maximum: 9 }
    ],
    ["an array of anything", Schema.Array(Schema.Unknown), { type: "array", items: {} }],
    ["a tuple", Schema.Tuple([Schema.String, Schema.Int]), {
      type: "array",
      items: { anyOf: [{ type: "string" }, { type: "integer" }] },
      minItems: 2,
      maxItems: 2
    }],
    ["a tuple of one kind", Schema.Tuple([Schema.String, Schema.optionalKey(Schema.String)]), {
      type: "array",
      items: { type: "string" },
      minItems: 1,
      maxItems: 2
    }],
    ["an empty tuple", Schema.Tuple([]), { type: "array", items: {}, maxItems: 0 }],
    ["a tuple with a rest", Schema.TupleWithRest(Schema.Tuple([Schema.String]), [Schema.Int]), {
      type: "array",
      items: { anyOf: [{ type: "string" }, { type: "integer" }] },
      minItems: 1
    }],
    ["a tuple with a rest of anything", Schema.TupleWithRest(Schema.Tuple([Schema.String]), [Schema.Unknown]), {
      type: "array",
      items: {},
      minItems: 1
    }],
    ["a struct inside", Schema.Struct({ b: Schema.String }), {
      type: "object",
      properties: { b: { type: "string" } },
      required: ["b"]
    }],
    ["a record", Schema.Record(Schema.String, Schema.Int), {
      type: "object",
      additionalProperties: { type: "integer" }
    }],
    ["an empty struct inside", Schema.Struct({}), {}]
  ])("%s", (_, schema, expected) => expect(property(schema)).toEqual(expected))

  it("an example that looks like a schema is left alone", () => {
    const examples = [[{ type: "array", additionalProperties: false }]]
    expect(property(Schema.Array(Schema.Unknown).annotate({ examples }))).toMatchObject({ examples })
  })
})

describe("a default", () => {
  const propertiesOf = (fields: Schema.Struct.Fields) => JsonSchema.ofInput(Schema.Struct(fields))["properties"]

  it("is listed, as it goes over the wire, at every depth", () => {
    expect(propertiesOf({
      key: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))),
      value: Schema.Literals(["x", "y"]).pipe(Schema.withDecodingDefault(Effect.succeed("x" as const))),
      encoded: Schema.FiniteFromString.pipe(Schema.withDecodingDefaultKey(Effect.succeed("7"))),
      list: Schema.Array(Schema.Struct({ n: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))) })),
      none: Schema.optionalKey(Schema.Int)
    })).toMatchObject({
      key: { type: "integer", default: 3 },
      value: { default: "x" },
      encoded: { type: "string", default: "7" },
      list: { items: { properties: { n: { default: 1 } } } },
      none: { type: "integer" }
    })
  })

  it("that is not always the same, fails, takes its time or is sensitive is not", () => {
    let count = 0
    const listed = propertiesOf({
      counts: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.sync(() => count++))),
      waits: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.delay(Effect.succeed(1), "1 seconds"))),
      dies: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.die("no"))),
      pin: Redaction.sensitiveArgument(Schema.Int).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1234)))
    })
    expect(JSON.stringify(listed)).not.toContain("default")
  })
})

describe("a union of objects as an input", () => {
  const byId = Schema.Struct({ by: Schema.Literal("id"), id: Schema.Int, note: Schema.String })
  const byName = Schema.Struct({
    by: Schema.Literal("name"),
    name: Schema.String,
    id: Schema.optionalKey(Schema.String)
  })

  it("is listed as one", () => {
    expect(JsonSchema.ofInput(Schema.Union([byId, byName]))).toEqual({
      type: "object",
      properties: {
        by: { type: "string", enum: ["id", "name"] },
        id: { anyOf: [{ type: "integer" }, { type: "string" }] },
        note: { type: "string" },
        name: { type: "string" }
      },
      required: ["by"]
    })
  })

  it("of recursive, of empty and of open members too", () => {
    const json = JsonSchema.ofInput(
      Schema.Union([Tree, Person, Schema.Struct({}), Schema.Record(Schema.String, Schema.Int)])
    )
    expect(Object.keys(json).sort()).toEqual(["$defs", "properties", "type"])
    expect(Object.keys(json["properties"] as object)).toEqual(["name", "children", "age"])
  })

  it("is a choice still where it is an output or below the root", () => {
    expect(JsonSchema.ofOutput(Schema.Union([byId, byName]))["anyOf"]).toHaveLength(2)
    const below = JsonSchema.ofInput(Schema.Struct({ a: Schema.Union([byId, byName]) }))
    expect((below["properties"] as { a: { anyOf: unknown } }).a.anyOf).toHaveLength(2)
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
  ])("%s", (_, schema, expected) => expect(isObject(schema)).toBe(expected))
})

describe("ofOutput", () => {
  it("an object stays as it is", () => {
    expect(JsonSchema.ofOutput(Person)).toEqual(JsonSchema.fromSchema(Person))
  })

  it("what is none is wrapped", () => {
    expect(JsonSchema.ofOutput(Schema.String)).toEqual({
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
