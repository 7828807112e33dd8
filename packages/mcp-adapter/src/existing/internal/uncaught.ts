import * as ReferenceId from "@errata/core/ReferenceId"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Log from "../../call/Log.ts"

/** Makes a listener that logs what no call waits for. See `wrap`'s `logUncaught`. */
export const logUncaught = (options: Log.Options = {}): (error: unknown, origin?: unknown) => void => {
  const logger = Log.layer(options)
  return (error, origin) => {
    const message = origin === "unhandledRejection" ? "an unhandled rejection" : "an uncaught error"
    Effect.runSyncExit(Effect.provide(
      Effect.flatMap(
        ReferenceId.make,
        (reference_id) => Effect.annotateLogs(Effect.logError(message, Cause.die(error)), { reference_id })
      ),
      logger
    ))
  }
}
