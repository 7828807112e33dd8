import type * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import type * as Cause from "effect/Cause"
import type { PlainLine } from "./ourLoggers.ts"

interface Means {
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
  readonly timestamp: (date: Date) => string
  readonly causeText: (cause: Cause.Cause<unknown>, redactor: Redaction.Redactor, limits: Limits.Limits) => string
}

/**
 * Writes a plain line as text, without an object in between. Byte for byte it is the line that the logger would write: fields
 * whose values come again are redacted once, arguments and references each time.
 */
export const plainLine = ({ causeText, limits, redactor, timestamp }: Means): (line: PlainLine) => string => {
  const strict = Redaction.strict(redactor)
  const field = (name: string, value: string): string => {
    const safe = (strict.json({ [name]: value }, limits) as { readonly [name: string]: unknown } | undefined)?.[name]
    return safe === undefined ? "" : `,${JSON.stringify(name)}:${JSON.stringify(safe)}`
  }
  const again = (name: string) => remembering((value) => field(name, value))
  const message = remembering((value) => JSON.stringify(strict.json(value, limits)))
  const [tool, outcome, category] = [again("tool"), again("outcome"), again("category")]
  const [error, fingerprint] = [again("error"), again("fingerprint")]
  // an id of ours has no shape of a secret, but a user's own pattern may know better
  const reference = redactor === Redaction.standard
    ? (id: string) => `,"reference_id":"${id}"`
    : (id: string) => field("reference_id", id)
  const ofArguments = (text: string): string =>
    `,"arguments":${JSON.stringify(redactor.json(text, limits) ?? strict.json({ arguments: text }, limits))}`
  const failed = ({ failed }: PlainLine): string =>
    failed === undefined ? "" : error(failed.error) + fingerprint(failed.fingerprint)
  const why = ({ cause }: PlainLine): string =>
    cause === undefined ? "" : `,"cause":${JSON.stringify(causeText(cause, redactor, limits))}`
  return (line) =>
    `{"timestamp":"${timestamp(line.date)}","level":"${line.level}","message":${message(line.message)}${
      tool(line.tool)
    }${reference(line.referenceId)}${outcome(line.outcome)}${
      line.category === undefined ? "" : category(line.category)
    }${failed(line)}${
      line.sampleRate === undefined ? "" : `,"sample_rate":${line.sampleRate}`
    },"attempt":${line.attempt},"duration_ms":${line.durationMillis}${ofArguments(line.arguments)}${why(line)}}`
}

const mostRemembered = 10_000
const longestRemembered = 200

/** Names of tools and types of errors are few; should they be many, they are looked at again. */
const remembering = (f: (value: string) => string): (value: string) => string => {
  const known = new Map<string, string>()
  return (value) => {
    if (value.length > longestRemembered) return f(value)
    const seen = known.get(value)
    if (seen !== undefined) return seen
    if (known.size >= mostRemembered) known.clear()
    const made = f(value)
    known.set(value, made)
    return made
  }
}
