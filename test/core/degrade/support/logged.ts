import * as Cause from "effect/Cause"
import type * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"

/** A line that was logged, with the cause in full. */
export interface Line {
  readonly level: string
  readonly message: ReadonlyArray<unknown>
  readonly annotations: { readonly [key: string]: unknown }
  readonly cause: string
}

/** Makes a logger that keeps its lines. */
export const logged = (): { readonly lines: Array<Line>; readonly layer: Layer.Layer<never> } => {
  const lines: Array<Line> = []
  const logger = Logger.make<unknown, void>(({ cause, fiber, logLevel, message }) => {
    lines.push({
      level: logLevel,
      message: Array.isArray(message) ? message : [message],
      annotations: fiber.getRef(References.CurrentLogAnnotations),
      cause: Cause.pretty(cause)
    })
  })
  return { lines, layer: Logger.layer([logger]) }
}

/** No logger. */
export const quiet: Layer.Layer<never> = Logger.layer([])
