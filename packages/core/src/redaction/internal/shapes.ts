import type { Kind } from "./names.ts"
import { readValue } from "./readValue.ts"
import { mask, type Spans } from "./spans.ts"
import { every } from "./tokens.ts"
import { traits } from "./traits.ts"
import { isSpared, isToken } from "./values.ts"

/** Secrets that are known by what they stand in. */

type KindOf = (name: string) => Kind

const userInfo = /[^\s/@:[\]"'<>?#]{0,256}(?::(?![0-9]{1,5}[/?#])[^\s"'<>]{1,512}(?=@)|(?=@))/y

/** `scheme://user:password@host`; a user without a password is none, unless it is a token. */
const findUrls = (text: string, spans: Spans): void => {
  let sign = -1
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
    const start = at + 3
    if (sign < start) sign = text.indexOf("@", start)
    if (sign < 0) return
    if (sign > start + 800) continue
    userInfo.lastIndex = start
    const found = userInfo.exec(text)?.[0]
    if (found === undefined || found === "" || found === "git") continue
    if (found.includes(":") ? !isSpared(found.slice(found.indexOf(":") + 1)) : isToken(found)) {
      spans.push(start, start + found.length)
    }
  }
}

/** Matches a user, a secret and a host without a scheme before them. Of data that is declared such a text may be an id. */
const account =
  /(?<![\w/@:.+-])([A-Za-z][\w.+-]{0,63}):([^\s:@/"'<>,;]{4,128})@(?=(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|localhost\b|\[|[\w-]{1,63}:[0-9]{2,5}\b)/g
/** Names that stand before an address of mail, or a package, in the same form. */
const labels =
  /^(?:mailto|e-?mail|from|to|cc|bcc|sips?|xmpp|acct|im|npm|jsr|git|pkg|github|workspace|users?|author|contact|by|owner|reply-to|name|address)$/i

const findAccounts = (text: string, spans: Spans): void => {
  if (!text.includes("@")) return
  for (const { 0: whole, 1: user = "", 2: secret = "", index } of text.matchAll(account)) {
    if (!labels.test(user) && !isSpared(secret)) spans.push(index, index + whole.length - 1)
  }
}

const pem =
  /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}[\s\S]*?(?:-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}|$)/g
const putty = /Private-Lines:[\s\S]*?(?:Private-MAC:\s{0,4}[0-9a-f]*|$)/g

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

const cards =
  /(?<![0-9A-Za-z.]|[0-9]-)(?:[2-6][0-9]{12,18}|[2-6][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1[0-9]{3})?|3[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5})(?![0-9A-Za-z]|[.-][0-9])/g
const longDigits = /[0-9][0-9 -]{11,}[0-9]/

const findCards = (text: string, spans: Spans): void => {
  if (!longDigits.test(text)) return
  for (const found of text.matchAll(cards)) {
    const digits = found[0].replaceAll(/[ -]/g, "")
    if (issued.test(digits) && luhn(digits)) spans.push(found.index, found.index + found[0].length)
  }
}

const { atob } = globalThis as unknown as { readonly atob: (base64: string) => string }

/** Basic credentials are a user and a password in base64. */
const isBasic = (base64: string): boolean => {
  const letters = base64.replace(/=+$/, "")
  if (letters.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(letters)) return false // to be told by an exception takes long
  try {
    return /^[\x20-\x39\x3b-\x7e]*:/.test(atob(letters))
  } catch {
    return false
  }
}

/** Matches the words that begin what is said or given without a sign before it. */
const saying = /b(?:earer|asic)[\s:]|identified|oracle:|securestring|passw/i

const scheme = /\b(bearer|basic)[\s:]{1,4}([A-Za-z0-9+/=_.~-]{4,})/gi

const findSchemes = (text: string, spans: Spans): void => {
  for (const found of text.matchAll(scheme)) {
    const [whole, name, token] = found as unknown as [string, string, string]
    const isSecret = name.toLowerCase() === "basic" ? isBasic(token) : token.length >= 12 && /[0-9+=_]/.test(token)
    if (isSecret) spans.push(found.index + whole.length - token.length, found.index + whole.length)
  }
}

const mayBeFlag = /(?:^|[^\w-])--?[A-Za-z]/
const flag = /(?<![\w-])--?([A-Za-z][\w-]{0,40})(?:[ \t]+|=)(?!-)/g
const userFlag = /(?<![\w-])(?:-u|-U|--user|--proxy-user|--creds?)[ =]?(["']?)([^\s:"']{1,64}):(?=[^\s"'])/g
const shortFlag =
  /\b(?:(?:mysql\w{0,12}|mariadb\w{0,8}|sshpass|docker login)\b[^\n|;]{0,200}?\s-p ?|redis-cli\b[^\n|;]{0,200}?\s-a ?|ssh-keygen\b[^\n|;]{0,200}?\s-N ?)(?=[^\s-])/g
const netrc = /\b(?:login|user|account|machine\s+\S{1,200}\s+login)\s+[^\s"]{1,64}\s+(?:password|passwd)\s+(?=\S)/g

/** Matches how SQL, a driver and a shell of Microsoft's say it. */
const saidSo =
  /\b(?:identified\s{1,4}by|jdbc:oracle:\w{1,8}:[^\s/@]{1,64}\/|convertto-securestring)\s{0,4}(?:-string\s)?(?=[^\s])/gi

/** Finds what is given to a command, said in a sentence, and kept in the file in which commands look. */
const findArguments = (text: string, spans: Spans, isFlag: boolean, isSaid: boolean, kindOf: KindOf): void => {
  const take = (at: number, isAny: boolean, isUser = false): void => {
    const { end, isQuoted, start } = readValue(text, at)
    const value = text.slice(start, end)
    if (value === "" || text.startsWith(mask, start) || isUser && /^[0-9]+$/.test(value)) return
    const rest = isQuoted ? "" : text.slice(end, end + 100).split(/[\n;]/, 1)[0]!
    if ((isAny || value.length >= 8) && !isSpared(value, rest)) spans.push(start, end)
  }
  if (isFlag) {
    for (const found of text.matchAll(flag)) {
      const kind = kindOf(found[1]!)
      if (kind !== "none" && kind !== "list") take(found.index + found[0].length, kind !== "broad")
    }
    for (const found of text.matchAll(userFlag)) take(found.index + found[0].length, true, true)
    for (const found of text.matchAll(shortFlag)) take(found.index + found[0].length, true)
  }
  if (!isSaid) return
  for (const found of text.matchAll(saidSo)) take(found.index + found[0].length, true)
  if (text.includes("passw")) { for (const found of text.matchAll(netrc)) take(found.index + found[0].length, true) }
}

const mayBeReversed = /["']val/i
const reversed =
  /["'](?:value|val)["']\s{0,4}:\s{0,4}(["'])([^"'\n]{1,2048})\1\s{0,4},\s{0,4}["'](?:name|key|header|field|n)["']\s{0,4}:\s{0,4}["']([\w. -]{1,64})["']/gi

const findReversed = (text: string, spans: Spans, kindOf: KindOf): void => {
  if (!mayBeReversed.test(text)) return
  for (const found of text.matchAll(reversed)) {
    const [whole, , value, name] = found as unknown as [string, string, string, string]
    const kind = kindOf(name)
    if (value === mask || kind !== "secret" && kind !== "header" || isSpared(value)) continue
    const start = found.index + whole.indexOf(value, 7)
    spans.push(start, start + value.length)
  }
}

/** Matches the private numbers of a JSON Web Key. */
const webKey = /["'](?:d|p|q|dp|dq|qi|k)["']\s{0,4}:\s{0,4}["']([\w+/=-]{16,4096})/g

const findWebKeys = (text: string, spans: Spans): void => {
  if (!text.includes("kty")) return
  for (const found of text.matchAll(webKey)) {
    const end = found.index + found[0].length
    spans.push(end - found[1]!.length, end)
  }
}

const ofAccounts = traits.at | traits.colon

/** Finds what the traits of the text allow. */
export const findShapes = (
  text: string,
  spans: Spans,
  found: number,
  kindOf: KindOf,
  isStrict: boolean
): void => {
  if ((found & ofAccounts) === ofAccounts) {
    findUrls(text, spans)
    if (isStrict) findAccounts(text, spans)
  }
  if ((found & traits.digits) !== 0) findCards(text, spans)
  if ((found & traits.capitalP) !== 0) {
    if (text.includes("PRIVATE KEY")) every(text, pem, spans)
    if (text.includes("Private-Lines:")) every(text, putty, spans)
  }
  const isSaid = saying.test(text)
  if (isSaid) findSchemes(text, spans)
  const isFlag = (found & traits.dash) !== 0 && mayBeFlag.test(text)
  if (isFlag || isSaid) findArguments(text, spans, isFlag, isSaid, kindOf)
  if ((found & traits.quote) !== 0) {
    findReversed(text, spans, kindOf)
    findWebKeys(text, spans)
  }
}
