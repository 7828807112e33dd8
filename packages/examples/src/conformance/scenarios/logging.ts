/**
 * Has a tool talk to the client's log while it works. The log is the SDK's, so the tool is an Effect on the SDK's context.
 */
import * as Effect from "effect/Effect"

export const description = "Logs three messages to the client."

/** Returns what the tool says; the suite expects a pause between two messages. */
export const program = (log: (message: string) => Promise<void>): Effect.Effect<string> =>
  Effect.gen(function*() {
    const say = (message: string) => Effect.promise(() => log(message))
    yield* say("Tool execution started")
    yield* Effect.sleep("50 millis")
    yield* say("Tool processing data")
    yield* Effect.sleep("50 millis")
    yield* say("Tool execution completed")
    return "Logged three times."
  })
