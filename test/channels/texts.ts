/** What is said in the channels: one secret by default, else one of all secrets in one of all contexts, or an innocent text. */
import { readings, texts } from "../redaction/support/contexts.ts"
import { samples } from "../redaction/support/generate.ts"
import { innocents } from "../redaction/support/innocents.ts"

export const secret = "ghp_R4nd0mR4nd0mR4nd0mR4nd0mR4nd0mR4nd0"

/** What a call says. The word shows that a channel was reached; the secret must not. */
export interface Said {
  readonly secret: string
  readonly text: string
  /** An address that holds it, as a key of a batch may be. */
  readonly place: string
}

const secrets = samples(21)

/** Every secret in every context; the first of them are every secret once. */
export const count = { secrets: secrets.length, all: secrets.length * texts.length, innocents: innocents.length }

/** What the call of a number says: a secret in a context from 0 on, an innocent text below. */
export const saidAt = (at: unknown): Said => {
  if (typeof at !== "number") return said("opening", secret)
  if (at < 0) return { secret: "", text: innocents[-1 - at]!, place: "https://example.com/opening" }
  const i = at % secrets.length
  const { make } = texts[(i + Math.floor(at / secrets.length)) % texts.length]!
  return said("opening", secrets[i]!.secret, make(secrets[i]!.secret) as string)
}

const said = (word: string, secret: string, text = secret): Said => ({
  secret,
  text: `${word} ${text}`,
  place: /[/@:?#%]/.test(secret)
    ? `https://example.com/${encodeURIComponent(`${word}/${secret}`)}/a`
    : `https://${word}:${secret}@example.com/a`
})

/** Which of the calls' secrets can be read in a text, by somebody who knows how it was written. */
export const readable = (text: string, calls: ReadonlyArray<number>): ReadonlyArray<string> => {
  const read = readings(text).map((reading) =>
    reading.replaceAll(/[\u00ad\u200b\u3164\ufeff]|\u{e0041}/gu, "").normalize("NFKC")
  )
  return calls.map((at) => saidAt(at).secret).filter((secret) => {
    const piece = secret.slice(Math.min(8, Math.floor(secret.length / 4)), -2)
    return read.some((reading) => reading.includes(piece))
  })
}
