/** One kind of secret: how it looks, and what stands in its place. Every expression runs in linear time. */
export interface SecretPattern {
  readonly name: string
  readonly expression: RegExp
  /** A replacement for `String.replace`; `$1` and the like keep what is no secret. */
  readonly replacement: string
  /** A last look at what matched, for patterns that need arithmetic. */
  readonly accept?: (match: string) => boolean
}

export const mask = "[redacted]"

const luhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48
    if (i % 2 === 1 && (digit *= 2) > 9) digit -= 9
    sum += digit
  }
  return sum % 10 === 0
}

/** The ranges that the issuers of cards use, by length. */
const issued =
  /^(?:4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15})$/

const isCardNumber = (match: string): boolean => {
  const digits = match.replaceAll(/[ -]/g, "")
  return issued.test(digits) && luhn(digits)
}

const { atob } = globalThis as unknown as { readonly atob: (base64: string) => string }

/** Basic credentials are a user and a password in base64. */
const isBasic = (match: string): boolean => {
  try {
    return /^[\x20-\x39\x3b-\x7e]*:/.test(atob(match.replace(/^basic\s+|=+$/gi, "")))
  } catch {
    return false
  }
}

const token = (name: string, expression: RegExp): SecretPattern => ({ name, expression, replacement: mask })

/** Names whose value is a secret whatever it looks like, also at the end of a longer word (`dbPassword`, `PGPASSWORD`). */
const telling =
  "password|passwd|passphrase|api[_-]?key|access[_-]?key|client[_-]?secret|private[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|(?:secret|encryption|signing)[_-]?key|(?:access|auth|bearer|id|refresh|session|security|api)[_-]?token"

/** Names that prose uses too: after a colon their value must look like a secret. */
const vague = "pass|pwd|secret|token|signature|sig|credentials?"

const quote = `\\\\{0,4}["']`
const bare = "[^\\s\"'`,;&)}\\]]"
const looksSecret = `(?=${quote}|(?=[^\\s"',;]{0,64}[0-9])${bare}{6})`
const masked = `(?:${quote})?\\[redacted\\](?:[\\\\"'\\s,;&)}\\]]|$)`

const namedSecret = new RegExp(
  `((?:^|[^A-Za-z0-9])(?:[A-Za-z0-9]{1,32}[_.-]){0,4}(?:[A-Za-z0-9]{0,32}(?:${telling})(?:${quote})?\\s{0,4}(?:=>|=(?!>)|:)|` +
    `(?:${vague})(?:${quote})?\\s{0,4}(?:=>|=(?!>)|:(?=\\s{0,4}${looksSecret})))\\s{0,4})` +
    `(?!${masked})(?:\\[redacted\\]${bare}{1,4096}|\\\\{0,4}"[^"\\r\\n]{1,4096}"?|\\\\{0,4}'[^'\\r\\n]{1,4096}'?|${bare}{1,4096})`,
  "gi"
)

export const corpus: ReadonlyArray<SecretPattern> = [
  token(
    "private key",
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g
  ),
  {
    name: "credentials in a URL", // a password may hold slashes and at signs; what looks like a port is none
    expression:
      /\b([a-z][a-z0-9+.-]{1,30}:\/\/)(?:[^\s/@:"'<>]{0,256}:(?![0-9]{1,5}[/?#])[^\s"'<>]{1,512}|(?!git@)[^\s/@"'<>]{1,512})@/gi,
    replacement: `$1${mask}@`
  },
  {
    name: "authorization header",
    expression:
      /\b((?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?)(?:(?:bearer|basic|digest|token|apikey)\s+)?[^\s"',;]{4,4096}/gi,
    replacement: `$1${mask}`
  },
  {
    name: "bearer token",
    expression: /\b(bearer\s{1,4})(?=[^\s]{0,4096}[0-9+=_])[A-Za-z0-9+/=_.~-]{12,4096}/gi,
    replacement: `$1${mask}`
  },
  {
    name: "basic credentials",
    expression: /\bbasic\s{1,4}[A-Za-z0-9+/=]{4,4096}/gi,
    replacement: `Basic ${mask}`,
    accept: isBasic
  },
  {
    name: "cookie header",
    expression: /\b((?:set-)?cookie["']?\s{0,4}:\s{0,4})[^\r\n"']{4,4096}/gi,
    replacement: `$1${mask}`
  },
  token("JSON web token", /\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{4,8192}(?:\.[A-Za-z0-9_-]{0,4096})?/g),
  token("AWS access key id", /\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b/g),
  token("GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})\b/g),
  token("GitLab token", /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[A-Za-z0-9_-]{16,255}/g),
  token("Slack token", /\bxox[abeoprs]-[A-Za-z0-9-]{10,255}|\bxapp-[A-Za-z0-9-]{10,255}/g),
  token("Slack webhook", /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{20,255}/g),
  token("Stripe key", /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,255}|\bwhsec_[A-Za-z0-9+/=]{16,255}/g),
  token("OpenAI or Anthropic key", /\bsk-(?=[A-Za-z_-]{0,255}[0-9])(?:[A-Za-z]{2,20}-)?[A-Za-z0-9_-]{16,255}/g),
  token("Google API key", /\bAIza[A-Za-z0-9_-]{30,60}/g),
  token("Google OAuth token", /\bya29\.[A-Za-z0-9_-]{20,2048}|\bGOCSPX-[A-Za-z0-9_-]{20,255}/g),
  token("npm token", /\bnpm_[A-Za-z0-9]{30,60}\b/g),
  token("PyPI token", /\bpypi-AgE[A-Za-z0-9_-]{13,512}/g),
  token("Hugging Face token", /\bhf_[A-Za-z0-9]{20,100}\b/g),
  token("SendGrid key", /\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,128}/g),
  token("Twilio key", /\b(?:SK|AC)[0-9a-f]{32}\b/g),
  token("Mailgun or Mailchimp key", /\bkey-[0-9a-f]{32}\b|\b[0-9a-f]{32}-us[0-9]{1,2}\b/g),
  token("Telegram bot token", /\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,36}/g),
  token("Shopify token", /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/g),
  token("Square token", /\b(?:sq0[a-z]{3}-[A-Za-z0-9_-]{22,60}|EAAA[A-Za-z0-9_-]{56,70})/g),
  token("DigitalOcean token", /\bdo[oprt]_v1_[0-9a-f]{64}\b/g),
  token("Databricks token", /\bdapi[0-9a-f]{32}(?:-[0-9])?\b/g),
  token("Linear, Notion, Postman or Doppler token", /\b(?:lin_api_|secret_|ntn_|PMAK-|dp\.pt\.)[A-Za-z0-9-]{30,100}/g),
  token("Vault token", /\bhv[sbr]\.[A-Za-z0-9_-]{20,255}/g),
  token("age key", /\bAGE-SECRET-KEY-1[A-Z0-9]{50,64}/g),
  { name: "named secret", expression: namedSecret, replacement: `$1${mask}` },
  {
    name: "card number",
    expression:
      /(?<![0-9A-Za-z.]|[0-9]-)(?:[2-6][0-9]{12,18}|[2-6][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1[0-9]{3})?|3[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5})(?![0-9A-Za-z]|[.-][0-9])/g,
    replacement: mask,
    accept: isCardNumber
  }
]

/**
 * What no match of the corpus is without: a text that has none of it needs no other look, and that is nearly every text.
 * A new expression needs its telltale here. They are apart, since words of one case are found far faster than words of any.
 */
const ofAnyCase =
  /:\/\/|authorization|b(?:earer|asic)\s|cookie|:AA|(?:pass(?:word|wd|phrase)?|pwd|key|secret|token|sig(?:nature)?|credentials?)s?(?:\\{0,4}["'])?\s{0,4}[:=]/i
const ofOneCase =
  /PRIVATE KEY|AGE-SECRET-KEY|eyJ|A(?:KIA|SIA|BIA|CCA|ROA|IDA)|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]-|xapp-|hooks\.slack|[srp]k_|whsec_|sk-|AIza|ya29\.|GOCSPX-|npm_|pypi-|hf_|SG\.|(?:SK|AC)[0-9a-f]{8}|key-|-us[0-9]|shp[a-z]{2}_|sq0|EAAA|do[oprt]_v1_|dapi|lin_api_|secret_|ntn_|PMAK-|dp\.pt\.|hv[sbr]\./
const ofDigits = /[0-9][0-9 -]{11,}[0-9]/

export const mayHoldSecret = (text: string): boolean =>
  ofAnyCase.test(text) || ofOneCase.test(text) || ofDigits.test(text)

/** Names of properties whose whole value is a secret, however it looks. */
const secretProperty =
  /^(?:.*[_.-])?(?:pwd|authorization|cookie|credentials?)$|(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|(?:secret|encryption|signing)[_-]?key|passwords|secrets)$/i
/** What marks a place in a list is no secret: a caller has to send it back. */
const pageToken = /(?:^|[_.-])(?:page|continuation|sync)[_-]?token$/i
const camel = /([a-z0-9])([A-Z])/g

const answers = new Map<string, boolean>()
const maxAnswers = 2000

export const isSecretProperty = (name: string): boolean => {
  const known = answers.get(name)
  if (known !== undefined) return known
  const words = name.replace(camel, "$1_$2")
  const answer = name.length <= 128 && secretProperty.test(words) && !pageToken.test(words)
  if (name.length <= 128 && answers.size < maxAnswers) answers.set(name, answer)
  return answer
}
