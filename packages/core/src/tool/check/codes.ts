/**
 * Says how much a finding matters: an `error` fails or misleads, a `warning` costs somewhere, a `note` could be better.
 *
 * @category models
 * @since 0.1.0
 */
export type Severity = "error" | "warning" | "note"

/** Holds the kinds of findings, and how much each matters. */
export const severities = {
  argument_name: "warning",
  argument_of_hosts: "warning",
  batch_unbounded: "warning",
  description_missing: "error",
  description_short: "warning",
  effects_unmarked: "note",
  errors_alike: "warning",
  key_optional: "warning",
  name_long: "warning",
  name_twice: "error",
  names_alike: "warning",
  output_unlistable: "error",
  schema_deep: "warning",
  schema_large: "warning",
  schema_recursive: "warning",
  schema_unlistable: "error",
  schema_untyped: "warning",
  secret_in_text: "error",
  step_refused: "error",
  step_repeats_unsafe: "warning",
  step_unknown_tool: "error",
  suggestion_missing: "warning",
  suggestion_repeats_unsafe: "warning",
  suggestion_unknown_tool: "warning",
  tag_ambiguous: "warning",
  tag_reserved: "error",
  timeout_long: "warning",
  when_missing: "note"
} as const satisfies { readonly [code: string]: Severity }

/**
 * Names a kind of finding.
 *
 * @category models
 * @since 0.1.0
 */
export type Code = keyof typeof severities
