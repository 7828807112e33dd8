/** The classes of errors that must come back as what they were: the stock ones, the examples', and awkward ones. */
import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"
import * as Documents from "@errata/examples/documents/errors"
import * as Files from "@errata/examples/files/errors"
import * as Shared from "@errata/examples/shared/folder/errors"
import * as Weather from "@errata/examples/weather/errors"
import * as Schema from "effect/Schema"

/** A field that nobody outside may see, and one that everybody may. */
class Locked extends ToolError.Permanent<Locked>()("Locked", {
  door: Schema.String,
  key_code: Schema.optionalKey(Redaction.sensitive(Schema.String)),
  keeper: Schema.optionalKey(Redaction.sensitive(Schema.Struct({ name: Schema.String, phone: Schema.String })))
}, { type: "permission_denied", message: (e) => `${e.door} is locked` }) {}

interface Folder {
  readonly name: string
  readonly folders: ReadonlyArray<Folder>
}
const Folder = Schema.Struct({
  name: Schema.String,
  folders: Schema.Array(Schema.suspend((): Schema.Codec<Folder> => Folder as never))
}) as Schema.Codec<Folder>

/** Structs in structs, arrays in arrays, and what refers to itself. */
class Nested extends ToolError.Permanent<Nested>()("Nested", {
  place: Schema.Struct({
    shelf: Schema.Struct({ row: Schema.Int, label: Schema.optionalKey(Schema.String) }),
    tags: Schema.Array(Schema.Array(Schema.String))
  }),
  folder: Folder,
  counts: Schema.Record(Schema.Literals(["red", "blue"]), Schema.Int),
  pair: Schema.Tuple([Schema.String, Schema.NullOr(Schema.Finite)]),
  either: Schema.Union([
    Schema.Struct({ kind: Schema.Literal("a"), a: Schema.String }),
    Schema.Struct({ kind: Schema.Literal("b"), b: Schema.Boolean })
  ])
}, { type: "conflict", message: (e) => `${e.place.shelf.row} is taken` }) {}

/** Numbers, also those that JSON does not have. */
class Measured extends ToolError.Transient<Measured>()("Measured", {
  value: Schema.Number,
  values: Schema.Array(Schema.Number),
  whole: Schema.Int,
  huge: Schema.BigInt,
  retry_in: Schema.optionalKey(Schema.Finite)
}, { type: "overloaded", message: (e) => `${e.value} is too much`, retryAfter: (e) => e.retry_in }) {}

/** Values that go over the wire as something else. */
class Encoded extends ToolError.Transient<Encoded>()("Encoded", {
  at: Schema.Date,
  lasts: Schema.Duration,
  where: Schema.URL,
  bytes: Schema.Uint8Array,
  seen: Schema.Option(Schema.Date),
  number: Schema.FiniteFromString,
  names: Schema.ReadonlySet(Schema.String)
}, { type: "in_progress", message: () => "Still at it" }) {}

/** Issues that come from its fields. */
class Misspelt extends ToolError.Validation<Misspelt>()("Misspelt", {
  words: Schema.Array(Schema.String),
  advice: Schema.optionalKey(Schema.String)
}, {
  type: "invalid_arguments",
  message: (e) => `${e.words.length} words are misspelt`,
  suggestion: (e) => e.advice,
  issues: (e) => e.words.map((word, i) => Issue.make(["words", i], "Not a word", { received: word }))
}) {}

/** No field at all. */
class Bare extends ToolError.Permanent<Bare>()("Bare", {}, { type: "invalid_state", message: () => "No" }) {}

/** Fields that are there or not. */
class Sparse extends ToolError.Permanent<Sparse>()("Sparse", {
  a: Schema.optionalKey(Schema.String),
  b: Schema.optional(Schema.String),
  c: Schema.NullOr(Schema.String),
  d: Schema.optionalKey(Schema.Json)
}, { type: "not_found", message: (e) => e.a ?? "nothing" }) {}

const isClass = (value: unknown): value is ToolError.AnyClass => typeof value === "function"

const all = (module: object): ReadonlyArray<ToolError.AnyClass> =>
  Object.values(module).filter((value) => isClass(value))

/** A tool declares no two classes of one name, so each group has a tool of its own. */
export const groups: { readonly [group: string]: ReadonlyArray<ToolError.AnyClass> } = {
  stock: all(Errors),
  own: [Locked, Nested, Measured, Encoded, Misspelt, Bare, Sparse],
  documents: all(Documents),
  files: all(Files),
  weather: all(Weather),
  shared: [Shared.NotAFile, Shared.FileChanged]
}

/** A class, and the group that it is in. */
export interface Declared {
  readonly group: string
  readonly Class: ToolError.AnyClass
}

export const declared: ReadonlyArray<Declared> = Object.entries(groups).flatMap(([group, classes]) =>
  classes.map((Class) => ({ group, Class }))
)
