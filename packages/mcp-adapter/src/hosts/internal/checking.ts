import type { Finding, Options } from "@errata/core/Check"
import type * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import * as Log from "../../call/Log.ts"

/** Holds what was said already: a server that is made for every request says it once. */
const told = new Set<string>()
const mostTold = 10_000

/** Names what is left to the host, which knows all that the server lists and refuses such steps itself. */
const leftToHosts: ReadonlySet<string> = new Set(["step_unknown_tool", "step_refused"])

/** Logs, in development only, what is found wrong with tools. Refuses nothing, and is not loaded anywhere else. */
export const checkWhileDebugging = (
  tools: ReadonlyArray<{ readonly tool: Tool.Any }>,
  { guides, isDebugging, redactor }: Pick<Options, "guides" | "redactor"> & {
    readonly isDebugging?: boolean | undefined
  }
): void => {
  if (isDebugging !== true) return
  const ignore = ({ code }: Finding): boolean => leftToHosts.has(code)
  void import("@errata/core/Check").then((Check) => {
    for (const finding of Check.tools(tools, { guides, redactor, ignore })) tell(finding)
  }).catch(() => undefined) // whatever goes wrong here is no server's problem
}

const tell = ({ code, fix, message, severity, tool }: Finding): void => {
  const key = `${code} ${tool} ${message}`
  if (told.has(key) || told.size >= mostTold) return
  told.add(key)
  const write = severity === "note" ? Effect.logInfo : Effect.logWarning
  Effect.runSync(Effect.provide(write(`${message}: ${fix}`, { tool, code, severity }), Log.layer()))
}
