import { makeLogger } from "@errata/core/internal/logger"
import * as Redaction from "@errata/core/Redaction"
import * as Context from "effect/Context"
import type * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as References from "effect/References"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { type Call, clientLogKey } from "./model.ts"
import type { Settings } from "./redacted.ts"
import type { Request } from "./request.ts"

/** A line of a handler's log, as a client reads it. */
export interface ClientLine {
  readonly level: McpLevel
  readonly logger: string
  readonly data: { readonly [name: string]: unknown }
}

/** The levels of the protocol, the lowest first. */
export const mcpLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const

export type McpLevel = (typeof mcpLevels)[number]

/** Takes the lines of calls; decides which of them their client gets. */
export class ClientLog extends Context.Service<ClientLog, {
  readonly send: (request: Request, line: () => ClientLine, level: McpLevel, now: number) => void
}>()(clientLogKey) {}

/** Holds the call that a fiber works for, where lines may go to its client. */
export const CurrentCall: Context.Reference<{ readonly call: Call; readonly request: Request } | undefined> = Context
  .Reference<{ readonly call: Call; readonly request: Request } | undefined>("@errata/mcp-adapter/CurrentCall", {
    defaultValue: () => undefined
  })

const levels: { readonly [level in LogLevel.LogLevel]?: McpLevel } = {
  Trace: "debug",
  Debug: "debug",
  Info: "info",
  Warn: "warning",
  Error: "error",
  Fatal: "critical"
}

/**
 * Makes a logger that hands the lines of handlers to the bridge: redacted, without causes, whose stacks and paths are nobody's
 * business but the operator's. What is logged after the reply, or outside of calls, goes to no client.
 */
export const clientLogger = (
  { send }: ClientLog["Service"],
  { limits, redactor }: Settings
): Logger.Logger<unknown, void> => {
  const strict = Redaction.strict(redactor)
  return makeLogger(({ date, fiber, logLevel, message }) => {
    const current = fiber.getRef(CurrentCall)
    const level = levels[logLevel]
    if (current === undefined || level === undefined || current.call.isAnswered) return
    const line = (): ClientLine => {
      const parts = Array.isArray(message) ? message : [message]
      const texts = parts.filter((part) => typeof part === "string")
      const fields = Object.assign(
        {},
        fiber.getRef(References.CurrentLogAnnotations),
        ...parts.filter(isRecord)
      ) as object
      return {
        level,
        logger: current.call.job.name,
        data: strict.json({ ...fields, message: texts.join(" ") }, limits) as ClientLine["data"]
      }
    }
    send(current.request, line, level, date.getTime())
  })
}
