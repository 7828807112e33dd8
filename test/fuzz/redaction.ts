/**
 * Masks random texts twice: as they are, where a quick look spares most searches, and behind so long a text that every search is
 * made. What is masked has to be the same.
 */
import * as Redaction from "@errata/core/Redaction"
import { type Source, source } from "../core/support/arbitraries.ts"
import { texts } from "../redaction/support/contexts.ts"
import { samples } from "../redaction/support/generate.ts"

/** Longer than what is looked at letter by letter, and of nothing but words: what is a secret behind it is one without it. */
const long = `${" plain".repeat(170)}. `

const whole = Redaction.make({ limits: { redacted: Number.MAX_SAFE_INTEGER } })
const looks = [whole.text, Redaction.strict(whole).text]

const pieces = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".split(""),
  ..." .,;:!?()/_-=+@#%&*<>[]{}|~^$'\"`\\\t\n\r".split(""),
  ..."\u0000\u001b\u00a0\u00ad\u00ab\u2018\u201c\u200b\u202e\uff21\ud835\udc00\ud800é日".split(""),
  "pass",
  "word",
  "passwd",
  "pwd",
  "secret",
  "token",
  "api",
  "key",
  "auth",
  "cookie",
  "bearer",
  "basic",
  "otp",
  "ssn",
  "://",
  "\\n",
  "%41",
  "&quot;",
  "\\u0041",
  "-u ",
  "--user ",
  " -p",
  "identified by ",
  "login ",
  "machine ",
  "kty",
  "\"d\":\"",
  "-----BEGIN PRIVATE KEY-----",
  "-----END PRIVATE KEY-----",
  "Private-Lines:",
  "name",
  "value",
  "\"val\":\"",
  "hook",
  "4111 1111 1111 1111",
  "user",
  "host",
  "localhost",
  "git",
  "example.com",
  "is",
  "was",
  "not",
  "for",
  "hunter2",
  "s3cr3tHunter2",
  "[redacted]"
]

const scraps = (from: Source): string => Array.from({ length: 1 + from.int(30) }, () => from.pick(pieces)).join("")

/** A part of a secret, of any length: what is cut is none, or one all the same. */
const part = (from: Source, secret: string): string => {
  const start = from.chance(80) ? 0 : from.int(secret.length)
  return secret.slice(start, from.chance(50) ? undefined : start + from.int(secret.length))
}

export interface Faults {
  readonly tried: number
  /** How many of the texts held what was masked. */
  readonly masked: number
  readonly faults: ReadonlyArray<string>
}

/** Tries so many texts; the same seed makes the same ones. */
export const run = ({ count, seed }: { readonly count: number; readonly seed: number }): Faults => {
  const from = source(seed)
  const secrets = samples(seed).map(({ secret }) => secret)
  const textOf = (): string => {
    const said = from.chance(60) ? scraps(from) : from.pick(texts).make(part(from, from.pick(secrets))) as string
    return from.chance(30) ? `${said}${scraps(from)}` : said
  }
  const faults: Array<string> = []
  let masked = 0
  for (let i = 0; i < count; i++) {
    const text = textOf()
    for (const look of looks) {
      const quick = look(text)
      if (quick !== text) masked++
      if (look(long + text) !== long + quick && faults.length < 20) faults.push(JSON.stringify(text))
    }
  }
  return { tried: count, masked, faults }
}
