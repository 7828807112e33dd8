import { exitCodes } from "./exitCodes.ts"
import { type LogLine, reasonOf } from "./log.ts"

/** Says on one line why a server cannot start, and ends the process. */
export const cannotStart = (log: LogLine, name: string, failure: unknown): never => {
  log({ level: "Fatal", message: `${name} cannot start`, reason: reasonOf(failure) })
  process.exit(exitCodes.cannotStart)
}
