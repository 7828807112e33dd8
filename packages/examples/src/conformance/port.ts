import { parseArgs } from "node:util"

/** Returns the port that `--port` names (0, the default, for any); no number where the command line is wrong. */
export const portFrom = (args: ReadonlyArray<string>): number => {
  try {
    const { port } = parseArgs({ args: [...args], options: { port: { type: "string", default: "0" } } }).values
    return /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN
  } catch {
    return Number.NaN
  }
}
