import * as Schema from "effect/Schema"

/** An issue as it goes over the wire. */
export const IssueSchema = /*#__PURE__*/ Schema.Struct({
  path: /*#__PURE__*/ Schema.Array(/*#__PURE__*/ Schema.Union([Schema.String, Schema.Finite])),
  message: Schema.String,
  expected: /*#__PURE__*/ Schema.optionalKey(Schema.String),
  received: /*#__PURE__*/ Schema.optionalKey(Schema.String),
  examples: /*#__PURE__*/ Schema.optionalKey(/*#__PURE__*/ Schema.Array(Schema.Json))
})
