/**
 * Types what a name says of its value.
 *
 * - `secret`: it is one, whatever it looks like
 * - `header`: it is one, to the end of the header
 * - `broad`: a long text is one; the word has other meanings too
 * - `list`: what looks made by chance is one
 * - `digits`: a few digits are one
 * - `none`
 */
export type Kind = "secret" | "header" | "broad" | "list" | "digits" | "none"

/** The name without what parts its words: `X-Api-Key` is `xapikey`. */
const joined = (words: ReadonlyArray<string>): string => words.join("")

const secret = new RegExp(
  "(?:passw(?:or)?ds?|passphrases?|passcodes?|pwd|secrets?|credentials?|mnemonic(?:phrase)?s?|seedphrases?|recoveryphrase|recoverycodes?|backupcodes?|token|" +
    "(?:api|access|private|secret|signing|encryption|account|subscription|licen[cs]e|auth|authorization|master|service|app|" +
    "application|shared|storage|session|webhook|deploy|deployment|ssh|rsa|crypto|hmac|cipher|admin|root|bot|consumer|security|" +
    "wallet|recovery|decryption|instrumentation|function|host|client)keys?)$"
)
const header = /(?:authorization|authorisation|cookie)$/
/** A place in a list, a way to send something only once, a part of a text: it is of no use elsewhere. */
const harmless =
  /(?:page|pages|pagination|paging|continuation|next|prev|previous|progress|sync|delta|cursor|start|starting|end|resume|skip|list|marker|change|position|idempotency|max|min|total|eos|bos|pad|unk|stop|special|input|output|completion|prompt|per|first|last|unexpected|syntax)token$|hostkeys?$/
/** Words after a name that leave it what it is. */
const suffixes = new Set(
  ("value val text txt string str raw plain plaintext cleartext base64 b64 hex encoded encrypted hash hashed digest pem der jwk current new " +
    "old confirm confirmation again repeat prod production dev test staging live primary secondary main default").split(
      " "
    )
)
const broad = new Set([
  "pass",
  "auth",
  "oauth",
  "creds",
  "cred",
  "cookies",
  "session",
  "sess",
  "sid",
  "jwt",
  "bearer",
  "xsrf",
  "csrf",
  "psk"
])
const digits = new Set(["pin", "otp", "totp", "cvv", "cvc", "csc", "ssn", "pincode", "mfa"])
const codes = /(?:otp|mfa|2fa|pin|verification|onetime|sms|security|auth|login)code$/

/** A version, a year or a place in a list at the end of a name: `secret_1`, `clientSecretV2`, `tokenA`. */
const counter = /^(?:v?[0-9]{1,4}|[a-z])$/

const camel = /([a-z0-9])([A-Z])/g

const wordsOf = (name: string): Array<string> =>
  name.replace(camel, "$1_$2").toLowerCase().split(/[^a-z0-9]+/).map((word) =>
    word.replace(/(?<=[a-z]{3})[0-9]{1,3}$/, "")
  )
    .filter((word) => word !== "")

const kind = (name: string): Kind => {
  const words = wordsOf(name)
  while (words.length > 1 && (suffixes.has(words.at(-1)!) || counter.test(words.at(-1)!))) words.pop()
  const last = words.at(-1)
  if (last === undefined) return "none"
  const all = joined(words)
  if (secret.test(all)) return harmless.test(all) ? "none" : "secret"
  if (header.test(all)) return "header"
  if (last === "tokens") return "list"
  if (digits.has(last) || codes.test(all)) return "digits"
  return broad.has(last) ? "broad" : "none"
}

const longest = 128
const maxAnswers = 2000

/** Answers for a name, with further names of secrets; remembers what it answered. */
export const makeKindOf = (own: ReadonlyArray<string> = []): (name: string) => Kind => {
  const further = new Set(own.map((name) => joined(wordsOf(name))))
  const answers = new Map<string, Kind>()
  return (name) => {
    const known = answers.get(name)
    if (known !== undefined) return known
    if (name.length > longest) return "none"
    const answer = further.size > 0 && further.has(joined(wordsOf(name))) ? "secret" : kind(name)
    if (answers.size < maxAnswers) answers.set(name, answer)
    return answer
  }
}

export const kindOf = makeKindOf()

/** Tests whether a name says that its whole value is a secret, however it looks. */
export const isSecretProperty = (name: string): boolean => {
  const kind = kindOf(name)
  return kind === "secret" || kind === "header"
}
