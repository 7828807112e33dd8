import * as Duration from "effect/Duration"

/** Whole seconds, rounded up, so that no caller comes back too early. */
export const secondsUp = (duration: Duration.Duration): number => Math.ceil(Duration.toSeconds(duration))
