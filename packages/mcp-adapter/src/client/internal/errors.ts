import type * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"

const remote = {
  error: Schema.String,
  type: Schema.String,
  reason: Schema.String,
  reference_id: Schema.optionalKey(Schema.String)
}

export class RemoteTransient extends ToolError.Transient<RemoteTransient>()("RemoteTransient", remote, {
  type: "upstream_error",
  message: (e) => e.reason
}) {}

export class RemotePermanent extends ToolError.Permanent<RemotePermanent>()("RemotePermanent", remote, {
  type: "upstream_error",
  message: (e) => e.reason
}) {}

export class RemoteValidation extends ToolError.Validation<RemoteValidation>()("RemoteValidation", remote, {
  type: "invalid_arguments",
  message: (e) => e.reason
}) {}

export type RemoteError = RemoteTransient | RemotePermanent | RemoteValidation

/**
 * Names the errors that a failure on the way becomes. What is permanent there is a `RemotePermanent`: a `NotFound` is the tool's
 * to say.
 */
export type ConnectionError =
  | Errors.ConnectionFailed
  | Errors.Overloaded
  | Errors.RateLimited
  | Errors.Timeout
  | Errors.Unavailable
  | Errors.UpstreamError
