import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"

/** An issue as it goes over the wire. */
export const IssueSchema = /*#__PURE__*/ Schema.Struct({
  path: /*#__PURE__*/ Schema.Array(/*#__PURE__*/ Schema.Union([Schema.String, Schema.Finite])),
  message: Schema.String,
  expected: /*#__PURE__*/ Schema.optionalKey(Schema.String),
  received: /*#__PURE__*/ Schema.optionalKey(Schema.String),
  examples: /*#__PURE__*/ Schema.optionalKey(/*#__PURE__*/ Schema.Array(Schema.Json))
})

type ToldIssue = typeof IssueSchema.Type

/** Tests for an issue as the schema has it, sooner than a parser would: every issue of a reply is looked at. */
export const isToldIssue = (u: unknown): u is ToldIssue => {
  if (!Predicate.isObject(u)) return false
  const { examples, path } = u as { readonly [name: string]: unknown }
  return Array.isArray(path) && path.every((key) => typeof key === "string" || Number.isFinite(key)) &&
    "message" in u && typeof u.message === "string" && mayBeText(u, "expected") && mayBeText(u, "received") &&
    (!("examples" in u) || areExamples(examples))
}

const mayBeText = (issue: object, name: string): boolean =>
  !(name in issue) || typeof (issue as { readonly [name: string]: unknown })[name] === "string"

const areExamples = /*#__PURE__*/ SchemaParser.is(/*#__PURE__*/ Schema.Array(Schema.Json))
