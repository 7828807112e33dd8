/** Guesses from the name of a class what it should be declared as. Loads nothing else. */

/** Lists what a class is probably called for, by its name. */
const guesses: ReadonlyArray<readonly [name: RegExp, make: string]> = [
  [/not_?found|no_?such|missing|unknown|enoent/i, `new Errors.NotFound({ resource: "The item" })`],
  [/time(?:d)?_?out/i, `new Errors.Timeout({ operation: "The call" })`],
  [/rate_?limit|throttl|too_?many/i, `new Errors.RateLimited({ service: "The service" })`],
  [/exists|duplicate|unique/i, `new Errors.AlreadyExists({ resource: "The item" })`],
  [/conflict|version|stale|lock/i, `new Errors.Conflict({ resource: "The item" })`],
  [/unauth|authenticat|credential|token/i, `new Errors.Unauthenticated({ service: "The service" })`],
  [/forbidden|permission|denied|access/i, `new Errors.PermissionDenied({ action: "use", resource: "the service" })`],
  [/valid|argument|param|input|bad_?request/i, `new Errors.ArgumentsRejected({ service: "The service" })`],
  [/unavailable|connect|network|database|sql|pool|socket/i, `new Errors.Unavailable({ service: "The service" })`]
]

const other = `new Errors.UpstreamRejected({ service: "The service" })`

/** Names that say nothing of what went wrong, or that a programmer went wrong. */
const plain: ReadonlySet<string> = new Set([
  "AggregateError",
  "AssertionError",
  "Error",
  "McpError",
  "Object",
  "ProtocolError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError"
])

export const mistakes = /^(?:TypeError|RangeError|ReferenceError|SyntaxError|AssertionError)$/

/** Writes a text into a condition, if it is a name that can be written as it is. */
export const equals = (what: string, to: unknown): string | undefined => {
  const isSafe = typeof to === "string" && /^[A-Za-z_$][\w$-]{0,79}$/.test(to)
  return isSafe && !plain.has(to) ? `${what} === ${JSON.stringify(to)}` : undefined
}

/** Returns the line of `classify` for what a condition knows. */
export const lineOf = (test: string): string =>
  `if (${test}) return ${guesses.find(([name]) => name.test(test))?.[1] ?? other}`
