import * as Cause from "effect/Cause"
import type * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"

/** A line that was logged. */
export interface Line {
  readonly level: string
  readonly message: string
  readonly annotations: { readonly [name: string]: string | undefined }
  readonly cause: string
}

/** Makes a logger that keeps its lines. */
export const logged = (): { readonly lines: Array<Line>; readonly layer: Layer.Layer<never> } => {
  const lines: Array<Line> = []
  const logger = Logger.make<unknown, void>(({ cause, fiber, logLevel, message }) => {
    lines.push({
      level: logLevel,
      message: JSON.stringify(message),
      annotations: Object.fromEntries(
        Object.entries(fiber.getRef(References.CurrentLogAnnotations)).map(([name, value]) => [name, String(value)])
      ),
      cause: pretty(cause)
    })
  })
  return { lines, layer: Logger.layer([logger]) }
}

/** What cannot be read is no reason not to be logged. */
const pretty = (cause: Cause.Cause<unknown>): string => {
  try {
    return Cause.pretty(cause)
  } catch {
    return "unreadable"
  }
}

/** No logger. */
export const quiet: Layer.Layer<never> = Logger.layer([])
