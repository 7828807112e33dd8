import type { Redactor } from "@errata/core/Redaction"
import * as Effect from "effect/Effect"
import * as Log from "../../../call/Log.ts"
import type { Reach } from "./reach.ts"

const told = new Set<string>()
const mostTold = 1_000

/** Warns the operator of what stays as it was though something can be done about it, once for each reason. Never throws. */
export const warnOf = ({ unreachable }: Reach, redactor: Redactor): void => {
  for (const { instead, what, why } of unreachable) {
    const key = `${what}: ${why}`
    if (instead === undefined || told.has(key) || told.size >= mostTold) continue
    told.add(key)
    const line = Effect.logWarning("adoptServer could not reach a part of the server", { what, why, instead })
    Effect.runSyncExit(Effect.provide(line, Log.layer({ redactor })))
  }
}
