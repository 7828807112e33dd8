import { describe, expect, it } from "@effect/vitest"
import { isMarked, isSensitive } from "@errata/core/internal/sensitive"
import * as Redaction from "@errata/core/Redaction"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Marked = Redaction.sensitiveArgument(Schema.String)
class Account extends Schema.Class<Account>("Account")({ owner: Schema.String, iban: Marked }) {}
interface Tree {
  readonly children?: ReadonlyArray<Tree>
  readonly secret: string
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  children: Schema.optionalKey(Schema.Array(Schema.suspend(() => Tree))),
  secret: Marked
})

describe("a mark is found", () => {
  it.each<readonly [string, Schema.Top]>([
    ["on the schema", Marked],
    ["on an optional field", Redaction.sensitive(Schema.String)],
    ["before a check that comes later", Marked.check(Schema.isMinLength(8))],
    ["after a check that came before", Redaction.sensitiveArgument(Schema.String.check(Schema.isMinLength(8)))],
    [
      "between checks",
      Redaction.sensitiveArgument(Schema.String.check(Schema.isMinLength(8))).check(Schema.isMaxLength(9))
    ],
    ["under another annotation", Marked.annotate({ description: "x" })],
    ["under another annotation after a check", Marked.check(Schema.isMinLength(8)).annotate({ description: "x" })],
    ["under an annotation of the key", Marked.annotateKey({ description: "x" })],
    ["under a brand", Marked.pipe(Schema.brand("Secret"))],
    ["under a default", Marked.pipe(Schema.withDecodingDefaultKey(Effect.succeed("x")))],
    ["under a default of the constructor", Marked.pipe(Schema.withConstructorDefault(Effect.succeed("x")))],
    ["under a transformation", Marked.pipe(Schema.decodeTo(Schema.Trim))],
    ["on a transformation", Redaction.sensitiveArgument(Schema.FiniteFromString)],
    ["in an optional", Schema.optional(Marked)],
    ["in a union", Schema.NullOr(Marked)],
    ["in an array", Schema.Array(Marked)],
    ["in a tuple", Schema.Tuple([Schema.String, Marked])],
    ["in a record", Schema.Record(Schema.String, Marked)],
    ["in a struct", Schema.Struct({ a: Schema.Struct({ b: Marked }) })],
    ["in a struct with other names on the wire", Schema.Struct({ a: Marked }).pipe(Schema.encodeKeys({ a: "b" }))],
    ["in a class", Account],
    ["in a recursive schema", Tree],
    [
      "in a part of a recursive schema",
      Tree.ast._tag === "Objects" ? Schema.make(Tree.ast.propertySignatures[0]!.type) : Tree
    ],
    ["on a redacted value", Schema.Redacted(Schema.String)],
    ["on a redacted value with a check", Schema.Redacted(Schema.String).check(Schema.makeFilter(() => true))],
    ["on a redacted value with an annotation", Schema.Redacted(Schema.Finite).annotate({ description: "x" })],
    ["on a redacted value made of a clear one", Schema.RedactedFromValue(Schema.String)],
    ["in an option", Schema.Option(Schema.Redacted(Schema.String))]
  ])("%s", (_, schema) => {
    expect(isSensitive(schema.ast)).toBe(true)
    expect(isSensitive(schema.ast)).toBe(true) // also when asked again
  })

  it("only what is marked itself counts as marked", () => {
    expect(isMarked(Marked.ast)).toBe(true)
    expect(isMarked(Marked.check(Schema.isMinLength(8)).ast)).toBe(true)
    expect(isMarked(Schema.Struct({ a: Marked }).ast)).toBe(false)
  })
})

describe("where there is no mark, none is found", () => {
  interface Plain {
    readonly next?: Plain
  }
  const Plain: Schema.Codec<Plain> = Schema.Struct({ next: Schema.optionalKey(Schema.suspend(() => Plain)) })

  it.each<readonly [string, Schema.Top]>([
    ["a string", Schema.String],
    ["a struct", Schema.Struct({ password: Schema.String })],
    ["a recursive schema", Plain],
    ["another annotation", Schema.String.annotate({ description: "sensitive" })]
  ])("%s", (_, schema) => expect(isSensitive(schema.ast)).toBe(false))
})

it("a schema that cannot be looked into yet is looked into later", () => {
  let later: Schema.Codec<unknown> | undefined
  const field = Schema.suspend((): Schema.Codec<unknown> => {
    if (later === undefined) throw new ReferenceError("not yet")
    return later
  })
  expect(() => isSensitive(field.ast)).toThrow("not yet")
  later = Schema.Struct({ a: Marked })
  expect(isSensitive(field.ast)).toBe(true)
})
