import * as Duration from "effect/Duration"

/** Returns a duration in milliseconds, as timers take them. */
export const millisOf = (input: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(input))

/** Waits for something, but no longer than so many milliseconds. Tells whether it came to its end. Never rejects. */
export const within = (millis: number, work: Promise<unknown>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), Math.min(millis, longest))
    const done = (): void => {
      clearTimeout(timer)
      resolve(true)
    }
    work.then(done, done)
  })

/** The longest time that a timer of Node takes. */
const longest = 2_147_483_647
