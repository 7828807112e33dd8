import * as Schema from "effect/Schema"
import * as ToolError from "../toolError/stock.ts"
import { because, named, was } from "./fields.ts"

/**
 * Reports something that is not there: permanent, `not_found`. `resource` says what kind of thing in the reader's words
 * ("Document"), `id` which one.
 *
 * Raise it when a lookup by id, name or path finds nothing.
 *
 * @category permanent
 * @since 0.1.0
 */
export class NotFound extends /*#__PURE__*/ ToolError.Permanent<NotFound>()("NotFound", {
  resource: Schema.String,
  id: Schema.optionalKey(Schema.String)
}, {
  type: "not_found",
  when: "A lookup by id, name or path finds nothing",
  message: (e) => `${was(named(e))} not found`
}) {}

/**
 * Reports something that is there already, where a new one was to be made: permanent, `already_exists`. `resource` says what kind
 * of thing, `id` which one.
 *
 * Raise it when something is to be created under a name or id that is taken.
 *
 * @category permanent
 * @since 0.1.0
 */
export class AlreadyExists extends /*#__PURE__*/ ToolError.Permanent<AlreadyExists>()("AlreadyExists", {
  resource: Schema.String,
  id: Schema.optionalKey(Schema.String)
}, {
  type: "already_exists",
  when: "Something is to be created under a name or id that is taken",
  message: (e) => `${named(e)} already exists`
}) {}

/**
 * Reports a change that the present state of something forbids, such as a newer version: permanent, `conflict`. `resource` says
 * of what, `reason` why.
 *
 * Raise it when a change meets another change, such as a newer version.
 *
 * @category permanent
 * @since 0.1.0
 */
export class Conflict extends /*#__PURE__*/ ToolError.Permanent<Conflict>()("Conflict", {
  resource: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "conflict",
  when: "A change meets another change, such as a newer version",
  message: (e) =>
    `${e.resource} is in conflict${e.reason === undefined ? " with the present state" : because(e.reason)}`
}) {}

/**
 * Reports something that is in the wrong state for this call: permanent, `invalid_state`. `resource` names it, `state` is what it
 * is in, `required_state` what it must be in.
 *
 * Raise it when the call is right but comes too early or too late for its object.
 *
 * @category permanent
 * @since 0.1.0
 */
export class InvalidState extends /*#__PURE__*/ ToolError.Permanent<InvalidState>()("InvalidState", {
  resource: Schema.String,
  state: Schema.String,
  required_state: Schema.optionalKey(Schema.String)
}, {
  type: "invalid_state",
  when: "The call is right but comes too early or too late for its object",
  message: (e) =>
    `${e.resource} is ${e.state}${e.required_state === undefined ? "" : ` and must be ${e.required_state}`}`
}) {}

/**
 * Reports something beyond a limit: permanent, `too_large`. `resource` names it, `size` is its size and `limit` the greatest
 * allowed, both in `unit` (default: bytes).
 *
 * Raise it when an argument, a file or a response exceeds a limit in size.
 *
 * @category permanent
 * @since 0.1.0
 */
export class TooLarge extends /*#__PURE__*/ ToolError.Permanent<TooLarge>()("TooLarge", {
  resource: Schema.String,
  size: Schema.optionalKey(Schema.Finite),
  limit: Schema.optionalKey(Schema.Finite),
  unit: Schema.optionalKey(Schema.String)
}, {
  type: "too_large",
  when: "An argument, a file or a response exceeds a limit in size",
  message: (e) =>
    `${e.resource} is too large${e.limit === undefined ? "" : `: at most ${e.limit} ${e.unit ?? "bytes"} are allowed`}`
}) {}

/**
 * Reports a feature that does not exist here: permanent, `unsupported`. `feature` names it, `supported` lists what there is
 * instead.
 *
 * Raise it when the caller asks for a format, a method or an option that the tool does not have.
 *
 * @category permanent
 * @since 0.1.0
 */
export class Unsupported extends /*#__PURE__*/ ToolError.Permanent<Unsupported>()("Unsupported", {
  feature: Schema.String,
  supported: Schema.optionalKey(Schema.Array(Schema.String))
}, {
  type: "unsupported",
  when: "The caller asks for a format, a method or an option that the tool does not have",
  message: (e) =>
    `${e.feature} is not supported${e.supported === undefined ? "" : `; supported are ${e.supported.join(", ")}`}`
}) {}

/**
 * Reports data that cannot be read because it is damaged: permanent, `corrupted`. `resource` names it, `reason` says how.
 *
 * Raise it when stored data or a file is damaged and no other arguments would read it.
 *
 * @category permanent
 * @since 0.1.0
 */
export class Corrupted extends /*#__PURE__*/ ToolError.Permanent<Corrupted>()("Corrupted", {
  resource: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "corrupted",
  when: "Stored data or a file is damaged and no other arguments would read it",
  message: (e) => `${e.resource} is corrupted${because(e.reason)}`
}) {}

/**
 * Reports a handle (a cursor, a session, an upload) that is no longer valid: permanent, `handle_expired`. `handle` is the one
 * given, `create_with` the tool that makes a new one.
 *
 * Raise it when a cursor, a session or an upload is used after its end.
 *
 * @category permanent
 * @since 0.1.0
 */
export class HandleExpired extends /*#__PURE__*/ ToolError.Permanent<HandleExpired>()("HandleExpired", {
  /** The handle that was given. */
  handle: Schema.String,
  /** The tool that creates a new one. */
  create_with: Schema.String
}, {
  type: "handle_expired",
  when: "A cursor, a session or an upload is used after its end",
  message: (e) => `Handle ${e.handle} has expired`,
  suggestion: (e) => `Create a new one with ${e.create_with}`
}) {}
