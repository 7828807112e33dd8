import type { Finding, View } from "./finding.ts"
import { property, text } from "./read.ts"

/** Returns what became of a program that was started: `exec`, `execFile`, `spawn` of Node, and execa. */
export const programs = ({ code, context, failure }: View): Finding | undefined => {
  const command = text(failure, "cmd") ?? text(failure, "command") ?? text(failure, "escapedCommand")
  const spawned = (text(failure, "syscall") ?? "").startsWith("spawn")
  if (command === undefined && !spawned) return undefined
  if ((spawned || text(failure, "shortMessage") !== undefined) && (code === "ENOENT" || code === "EACCES")) {
    // a handler's own program is no service's answer
    return context.handler === undefined
      ? {
        kind: "rejected",
        reason: "its program cannot be started",
        rule: `code ${code} of a program`,
        read: "syscall"
      }
      : undefined
  }
  if (command === undefined) return undefined
  if (property(failure, "isCanceled") === true) return undefined
  if (property(failure, "timedOut") === true) {
    return { kind: "timeout", rule: "a program that took too long", read: "timedOut" }
  }
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER" || property(failure, "isMaxBuffer") === true) {
    return {
      kind: "tooLarge",
      reason: "The output of the program",
      rule: "a program that wrote too much",
      read: "code"
    }
  }
  const signal = text(failure, "signal")
  if (property(failure, "killed") === true && signal !== undefined) {
    return { kind: "timeout", rule: "a program that was ended by its timeout", read: "killed" }
  }
  return signal === "SIGTERM" || signal === "SIGKILL"
    ? { kind: "lost", reason: "its program was ended", rule: `a program ended by ${signal}`, read: "signal" }
    : undefined
}
