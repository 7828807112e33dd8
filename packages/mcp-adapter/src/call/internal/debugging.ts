import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Log from "../Log.ts"
import type { Options } from "./options.ts"

const isOn = Config.Boolean("MCP_DEBUG").pipe(Config.withDefault(false))

let hasWarned = false

/** `MCP_DEBUG=true` decides where the options say nothing; it is warned about once, since it shows what must not leave. */
export const withDebugging = <O extends Options>(options: O = {} as O): O => {
  if (options.isDebugging !== undefined) return options
  const isDebugging = Effect.runSync(Effect.orElseSucceed(Effect.suspend(() => isOn), () => false))
  if (isDebugging && !hasWarned) {
    hasWarned = true
    const warning = Effect.logWarning(
      "MCP_DEBUG is on: replies show the details of defects. Never run a server like this for others."
    )
    Effect.runSync(Effect.provide(warning, Log.layer()))
  }
  return { ...options, isDebugging }
}
