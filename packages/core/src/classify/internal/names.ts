import type { Family, Finding, View } from "./finding.ts"
import { property, tagOf } from "./read.ts"

const timeout = /^(?!.*Invalid).*Time(?:d)?[oO]ut(?:Error|Exception|Failure)?$/

/** Any class or name that ends in Timeout. */
const strong = ({ code, names }: View): Finding | undefined => {
  const name = names.find((name) => timeout.test(name))
  if (name !== undefined) return { kind: "timeout", rule: `name ${name}`, read: "name" }
  return code !== undefined && (timeout.test(code) || /^(?:[A-Z_]+_)?(?:TIMEOUT|TIMED_OUT|TIMEDOUT)$/.test(code))
    ? { kind: "timeout", rule: `code ${code}`, read: "code" }
    : undefined
}

const connection = /(?:Connection|Network)(?:Closed|Lost|Failed)?(?:Error|Exception)$/

const flags = ["isRetryable", "retryable", "retriable", "$retryable"] as const

/** effect's, where "not retryable" means a mistake in the statement, or nothing. */
const ofStatements: ReadonlySet<string | undefined> = new Set(["SqlError", "SqlSyntaxError", "UnknownError"])

const weak = ({ code, failure, names }: View): Finding | undefined => {
  for (const flag of flags) {
    const said = property(failure, flag)
    if (typeof said === "boolean") {
      return said
        ? { kind: "lost", rule: `it says ${flag}`, read: flag }
        : flag === "isRetryable" && !ofStatements.has(tagOf(failure))
        ? { kind: "rejected", rule: `it says not ${flag}`, read: flag }
        : undefined
    }
  }
  const name = names.find((name) => connection.test(name))
  if (name !== undefined) return { kind: "lost", reason: "the connection failed", rule: `name ${name}`, read: "name" }
  return code === "ERR_NETWORK" || code === "REQUEST_SEND_ERROR"
    ? { kind: "lost", reason: "the connection failed", rule: `code ${code}`, read: "code" }
    : undefined
}

/** Lists what a name or a flag says by itself. */
export const names: Family = {
  name: "names",
  strong,
  weak,
  ofBare: { names: (name) => timeout.test(name) || connection.test(name) }
}
