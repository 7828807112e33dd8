import * as Effect from "effect/Effect"
import * as Log from "../Log.ts"
import { isOn } from "./environment.ts"
import type { Options } from "./options.ts"

let hasWarned = false

/** `MCP_DEBUG=true` decides where the options say nothing; it is warned about once, since it shows what must not leave. */
export const withDebugging = <O extends Options>(options: O = {} as O): O => {
  if (options.isDebugging !== undefined) return options
  const isDebugging = isOn("MCP_DEBUG")
  if (isDebugging && !hasWarned) {
    hasWarned = true
    const warning = Effect.logWarning(
      "MCP_DEBUG is on: replies show the details of defects. Never run a server like this for others."
    )
    Effect.runSync(Effect.provide(warning, Log.layer()))
  }
  return { ...options, isDebugging }
}
