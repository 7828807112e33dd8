import * as Schema from "effect/Schema"

const optional = Schema.optionalKey

const action = /*#__PURE__*/ (() => ({
  action: Schema.String,
  tool: optional(Schema.String),
  parameters: optional(Schema.Record(Schema.String, Schema.Json)),
  fill: optional(Schema.Array(Schema.String)),
  description: optional(Schema.String)
}))()

/** Describes a step as it goes over the wire. */
export const StepSchema = /*#__PURE__*/ Schema.Struct({
  step: Schema.Finite,
  ...action,
  options: optional(Schema.Array(Schema.Struct(action)))
})
