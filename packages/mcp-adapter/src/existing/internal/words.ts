import type * as Limits from "@errata/core/Limits"
import { mask, type Redactor, strict } from "@errata/core/Redaction"
import { holdsStack } from "../../fold/internal/frames.ts"
import { cutMiddle } from "./cut.ts"
import { placesOut } from "./places.ts"
import { type Said, saidBy } from "./said.ts"
import { type Statement, statementsIn } from "./statements.ts"

/** Describes what words are cleaned with, and what the caller said itself: that is no secret to the caller. */
export interface Cleaning {
  readonly args: unknown
  readonly redactor: Redactor
  readonly limits: Limits.Limits
}

/**
 * Takes out of an author's words what must not leave, in place: secrets, paths that are not below an argument, addresses and
 * host names. `undefined` where no part can be trusted: a stack, or SQL that the caller did not send.
 */
export const clean = (text: string, cleaning: Cleaning): string | undefined => {
  const said = saidBy(cleaning.args)
  const longest = cleaning.limits.returned
  const kept = cutMiddle(text, longest, (part) => part)
  if (holdsStack(kept) || foreignStatements(kept, said).length > 0) return undefined
  return cutMiddle(text, longest, (part) => placesOut(withoutSecrets(part, said, cleaning), said))
}

/**
 * Cleans text that was returned, of several lines: of a statement that the caller did not send, only what belongs to it is
 * masked.
 */
export type Cleaner = (text: string) => string

/** Makes a cleaner, which looks at the arguments once. */
export const cleanerOf = (cleaning: Cleaning): Cleaner => {
  const said = saidBy(cleaning.args)
  return (text) => placesOut(withoutSecrets(withoutStatements(text, said), said, cleaning), said)
}

/** Data is not cut where words would be: it has its own bound. */
const withoutSecrets = (text: string, said: Said, { limits, redactor }: Cleaning): string => {
  const { length } = text
  return length <= limits.redacted
    ? strict(redactor).text(text, said.whole)
    : strict(redactor).json(text, { ...limits, string: length, total: 2 * length }) as string
}

const foreignStatements = (text: string, said: Said): ReadonlyArray<Statement> =>
  statementsIn(text).filter((statement) => !said.whole.includes(statement.text.trim()))

const withoutStatements = (text: string, said: Said): string => {
  let out = ""
  let done = 0
  for (const { end, start } of foreignStatements(text, said)) {
    out += text.slice(done, start) + mask
    done = end
  }
  return out + text.slice(done)
}
