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

const isCardNumber = (match: string): boolean => {
  const digits = match.replaceAll(/[ -]/g, "")
  return digits.length >= 13 && digits.length <= 19 && !/^(.)\1*$/.test(digits) && luhn(digits)
}

const token = (name: string, expression: RegExp): SecretPattern => ({ name, expression, replacement: mask })

const secretName =
  "(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|access[_-]?token|auth[_-]?token|refresh[_-]?token|client[_-]?secret|private[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|secret[_-]?access[_-]?key|signature|credentials?)"

export const corpus: ReadonlyArray<SecretPattern> = [
  token(
    "private key",
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g
  ),
  { name: "credentials in a URL", expression: /\b([a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/@"'<>]{1,512}@/gi, replacement: `$1${mask}@` },
  {
    name: "authorization header",
    expression: /\b((?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?)(?:(?:bearer|basic|digest|token|apikey)\s+)?[^\s"',;]{4,4096}/gi,
    replacement: `$1${mask}`
  },
  { name: "bearer token", expression: /\b(bearer|basic)(\s+)(?=[^\s]{0,4096}[0-9+/=_.-])[A-Za-z0-9+/=_.~-]{12,4096}/gi, replacement: `$1$2${mask}` },
  { name: "cookie header", expression: /\b((?:set-)?cookie["']?\s{0,4}:\s{0,4})[^\r\n"']{4,4096}/gi, replacement: `$1${mask}` },
  token("JSON web token", /\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{4,8192}(?:\.[A-Za-z0-9_-]{0,4096})?/g),
  token("AWS access key id", /\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b/g),
  token("GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})\b/g),
  token("GitLab token", /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[A-Za-z0-9_-]{16,255}/g),
  token("Slack token", /\bxox[abeoprs]-[A-Za-z0-9-]{10,255}|\bxapp-[A-Za-z0-9-]{10,255}/g),
  token("Slack webhook", /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{20,255}/g),
  token("Stripe key", /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,255}|\bwhsec_[A-Za-z0-9+/=]{16,255}/g),
  token("OpenAI or Anthropic key", /\bsk-(?:[A-Za-z]{2,20}-)?[A-Za-z0-9_-]{16,255}/g),
  token("Google API key", /\bAIza[A-Za-z0-9_-]{30,60}/g),
  token("Google OAuth token", /\bya29\.[A-Za-z0-9_-]{20,2048}|\bGOCSPX-[A-Za-z0-9_-]{20,255}/g),
  token("npm token", /\bnpm_[A-Za-z0-9]{30,60}\b/g),
  token("PyPI token", /\bpypi-[A-Za-z0-9_-]{16,512}/g),
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
  {
    name: "named secret",
    expression: new RegExp(
      `((?:^|[^A-Za-z0-9])(?:[A-Za-z0-9]{1,32}[_.-]){0,4}${secretName}["']?\\s{0,4}(?:=>|[:=])\\s{0,4})(?:"[^"\\r\\n]{1,4096}"?|'[^'\\r\\n]{1,4096}'?|(?!\\[redacted\\])[^\\s"'\`,;&)}\\]]{1,4096})`,
      "gi"
    ),
    replacement: `$1${mask}`
  },
  {
    name: "card number",
    expression: /(?<![0-9A-Za-z.-])[3-6][0-9]{3}(?:[ -]?[0-9]){9,15}(?![0-9A-Za-z]|[.-][0-9])/g,
    replacement: mask,
    accept: isCardNumber
  }
]

/**
 * Whether a text has what every match of the corpus has and most texts have not: a separator of names and values, a word of
 * ten characters, or thirteen digits. One cheap pass, so that ordinary messages cost little.
 */
export const mayHoldSecret = (text: string): boolean => {
  let word = 0
  let digits = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const isDigit = code >= 48 && code <= 57
    if (isDigit || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 45) {
      if (++word === 10 || (isDigit && ++digits === 13)) return true
    } else if (code === 58 || code === 61) return true
    else word = 0
  }
  return false
}

/** Names of properties whose whole value is a secret, however it looks. */
const secretProperty =
  /^(?:.*[_-])?(?:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret|private[_-]?key|account[_-]?key|authorization|cookie|set-cookie|credentials?)$/i
const camel = /([a-z0-9])([A-Z])/g

const answers = new Map<string, boolean>()
const maxAnswers = 2000

export const isSecretProperty = (name: string): boolean => {
  const known = answers.get(name)
  if (known !== undefined) return known
  const answer = name.length <= 128 && secretProperty.test(name.replace(camel, "$1_$2"))
  if (name.length <= 128 && answers.size < maxAnswers) answers.set(name, answer)
  return answer
}
