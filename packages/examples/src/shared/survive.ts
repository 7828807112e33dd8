/**
 * Keeps a server's process alive when something throws or rejects that no call waits for.
 *
 * Node ends a process over a rejected promise without a handler; a server with other calls in flight must not. What
 * happened is logged under a reference of its own, without secrets, and every call goes on.
 */
import * as Redaction from "@errata/core/Redaction"
import { logUncaught } from "@errata/mcp-adapter/wrap"

/** Holds what `EX_CONFIG` is called in sysexits.h: the server cannot start. */
export const exitCodeOfConfiguration = 78

/** Takes one line of the log. */
export type Write = (line: string) => void

/** Writes a line of the log. */
export const logLine = (
  write: Write,
  line: { readonly level: string; readonly message: string; readonly [name: string]: unknown },
  redactor: Redaction.Redactor = Redaction.standard
): void => write(JSON.stringify(redactor.json({ timestamp: new Date().toISOString(), ...line })))

/** Logs what would end the process: a rejection that floats, an error in a timer or an event. */
export const survive = (write: Write, redactor: Redaction.Redactor = Redaction.standard): void => {
  process.on("uncaughtException", logUncaught({ write, redactor }))
  process.stderr.on("error", () => undefined) // the log is not read: that is no reason to end
}
