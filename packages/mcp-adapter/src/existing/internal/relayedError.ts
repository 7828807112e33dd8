import * as ErrorType from "@errata/core/ErrorType"
import { fromName } from "@errata/core/internal/errorType"
import { retype } from "@errata/core/internal/retype"
import { advice } from "@errata/core/internal/wording"
import type * as Problem from "@errata/core/Problem"
import * as ToolError from "@errata/core/ToolError"

const spec = { type: ErrorType.stock.upstream_error, message: () => "The tool failed" }

class RelayedTransient extends ToolError.Transient<RelayedTransient>()("Relayed", {}, spec) {}
class RelayedPermanent extends ToolError.Permanent<RelayedPermanent>()("Relayed", {}, spec) {}
class RelayedValidation extends ToolError.Validation<RelayedValidation>()("Relayed", {}, spec) {}

const classes = { transient: RelayedTransient, permanent: RelayedPermanent, validation: RelayedValidation }

/** Makes an error of the class that another server told. */
export const relayedOf = ({ category, retry, type }: Problem.Problem): ToolError.Any => {
  const named = type === "internal_error" ? ErrorType.stock.upstream_error : fromName(type)
  const isRefused = category === "transient" && !retry.should_retry // it might pass, and is not to be tried
  return retype(
    new classes[isRefused ? "permanent" : category](),
    isRefused ? { ...named, advice: advice.checkState } : named
  )
}
