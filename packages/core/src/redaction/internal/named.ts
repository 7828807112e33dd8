import type { Kind } from "./names.ts"
import { glance, readBrackets, readLine, readValue } from "./readValue.ts"
import { mask, type Spans } from "./spans.ts"
import { isRandom, isSpared, isToken, looksSecret, reachOf } from "./values.ts"

type KindOf = (name: string) => Kind

/** Holds what every name of a secret has in it. */
const hints =
  "pass|pwd|secret|token|key|auth|cred|cookie|sess|sid|jwt|bearer|pin|otp|cv[cv]|ssn|psk|sig|code|csrf|xsrf|mnemonic|seed"
const assignment = "\\s{0,4}(?:[=-]>|:=|[?!]?={1,3}(?!>)|[?!]?:(?!:))\\s{0,4}"
const paired = "[\"'],?\\s{0,4}[\"']?(?:value|val|content|data|secret|default)[\"']?\\s{0,4}(?:=>|[:=])\\s{0,4}|" +
  "[\"']?\\r?\\n[ \\t]{0,40}(?:value|stringValue):[ \\t]{1,4}|&(?:value|val)=|[\"']\\r?\\n\\r?\\n"
const said = "\\s{1,4}(?:for|of)\\s[\\w.@-]{1,64}\\s?:\\s{1,4}|" +
  "\\s{1,4}(?:is|was|are|provided|given|supplied|used|received|sent|entered)(?:\\s(?:is|was|here))?(?::|\\s)\\s{0,4}"

const expressionOf = (hints: string): RegExp =>
  new RegExp(
    `((?:${hints})[\\w-]{0,24})(?:\\[\\w{0,20}\\])?(?:(\\\\{0,8}${paired})|(\\\\{0,8}["'],\\s{0,4}(?=\\\\{0,8}["']))|` +
      `\\\\{0,8}["'\`]?\\]?(?:(${assignment})|(\\t+|[ ]{1,4}(?=\\\\{0,8}["'\`]))|(${said})|((?:\\s[^<>]{0,100})?>|</\\w{1,20}>\\s{0,20}<\\w{1,20}>)|(\\s{0,2}[|,;([]\\s{0,2}|[ ]{1,4})))`,
    "gi"
  )

type By = "pair" | "tuple" | "near" | "colon" | "equals" | "comparison" | "space" | "said" | "element" | "query"

interface Place {
  readonly text: string
  readonly spans: Spans
  readonly kind: Kind
  readonly name: string
  /** Says where the name begins, and where the value does. */
  readonly start: number
  readonly at: number
  readonly by: By
}

const isNameLetter = (code: number): boolean =>
  code >= 48 && code <= 57 || code >= 65 && code <= 90 || code >= 97 && code <= 122 || code === 95 || code === 45 ||
  code === 46

/** Finds where a name begins before its hint; `API key` is one name as well. */
const nameStart = (text: string, hint: number): number => {
  let start = hint
  while (start > 0 && hint - start < 64 && isNameLetter(text.charCodeAt(start - 1))) start--
  const before = text.slice(Math.max(0, start - 16), start)
  const qualifier =
    /(?:^|[^A-Za-z])(api|access|private|secret|auth|signing|encryption|license|subscription|account|client|bearer|refresh|session|security|verification|recovery|one-time|master|deploy|webhook) $/i
      .exec(before)
  return qualifier === null ? start : start - qualifier[1]!.length - 1
}

/** Names that say something only in the query of a URL. */
const inQuery =
  /^(?:key|code|sig|signature|jsessionid|phpsessid|sessionid|session_id|asp\.net_sessionid|ticket|nonce|assertion|saml\w*|hmac|st|tk|api)$/i

const signature = /(?:^|[_.-])(?:sig|signature)$/i

/** Makes the search for values behind telling names. */
export const makeFindNamed = (
  kindOf: KindOf,
  own: ReadonlyArray<string> = []
): (text: string, spans: Spans) => void => {
  const further = own.map((name) =>
    name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll(/[^A-Za-z0-9]+/g, "[ _.-]?")
  )
  const expression = expressionOf([hints, ...further].join("|"))
  return (text, spans) => {
    expression.lastIndex = 0
    for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
      const start = nameStart(text, found.index)
      const nameEnd = found.index + found[1]!.length
      const at = found.index + found[0].length
      const place = { text, spans, start, name: text.slice(start, nameEnd), at }
      const kind = kindOf(place.name)
      const by = means(found, place, kind)
      expression.lastIndex = by === undefined ? nameEnd : Math.max(look({ ...place, kind, by }), nameEnd)
    }
  }
}

/** Returns how a name and a value belong together; `undefined` if they do not. */
const means = (
  [, , pair, tuple, assignment, space, said, element]: RegExpExecArray,
  { name, start, text }: { readonly text: string; readonly start: number; readonly name: string },
  kind: Kind
): By | undefined => {
  const before = text[start - 1] ?? ""
  if (name === "token" && /expected $/i.test(text.slice(Math.max(0, start - 9), start))) return undefined // says a parser
  if (kind === "none") {
    return assignment?.trim() === "=" && (signature.test(name) || /[?&;#]/.test(before) && inQuery.test(name))
      ? "query"
      : undefined
  }
  if (pair !== undefined) return "pair"
  if (tuple !== undefined) return isTuple(text, start, kind) ? "tuple" : "near"
  if (assignment !== undefined) return byOf(assignment, before)
  if (space !== undefined) return "space"
  if (said !== undefined) {
    return /^\s*(?:for|of)\s/.test(said)
      ? "said"
      : said.trimEnd().endsWith(":")
      ? "equals"
      : "said"
  }
  if (element === undefined) return kind === "secret" || kind === "digits" ? "near" : undefined
  return isElement.test(text.slice(Math.max(0, start - 48), start)) ? "element" : undefined
}

/** Matches what stands before the name of an element, or in its place. */
const isElement = /<(?:[\w.-]{1,40}:)?$|(?:name|key|id|field)\s?=\s?["']$|<(?:key|name|th|td|dt)>$/i

/** A part of a longer name, as in `arn:aws:secretsmanager:eu:1:secret:db`, is no name of what follows. */
const byOf = (assignment: string, before: string): By | undefined => {
  switch (assignment.trim()) {
    case ":":
      return before === ":" && assignment === ":" ? undefined : "colon"
    case "==":
    case "===":
    case "!=":
    case "!==":
      return "comparison"
    default:
      return "equals"
  }
}

/** `["password", "x"]` among others of its kind, or a header and its value in a flat list. */
const isTuple = (text: string, start: number, kind: Kind): boolean => {
  const before = text.slice(Math.max(0, start - 16), start)
  return /[[,]\s*\[\s*\\{0,8}["']$/.test(before) || kind === "header" && /["']$/.test(before)
}

/** Matches what a language puts before a text: a type, a prefix, a call that makes one of it. */
const wrapper =
  /(?:&?'?[A-Za-z][\w<>[\].]{0,40}\s{0,2}=\s{0,2}|(?:new )?(?:String|Some|Secret|SecretStr|Redacted|Buffer\.from|str|bytes|Optional\.of|Just|Ok)\(\s?|(?:[bruf@$]|rb|br))(?=["'`])/y

const unwrapped = ({ at, by, text }: Place): number => {
  if (by !== "colon" && by !== "equals") return at
  wrapper.lastIndex = at
  return wrapper.test(text) ? wrapper.lastIndex : at
}

/** Looks at one value; says where to go on. */
const look = (given: Place): number => {
  const place = { ...given, at: unwrapped(given) }
  const { at, by, kind, spans, text } = place
  if ((text[at] === "[" || text[at] === "{") && !text.startsWith(mask, at) && by !== "near") return brackets(place)
  if (kind === "header") return header(place)
  if (by === "element") return element(place)
  if (by === "colon" && (text[at] === "|" || text[at] === ">")) return block(place)
  const { end, isQuoted, next, start } = readValue(text, at, glance)
  if (text.startsWith(mask, start)) return masked(place, start, isQuoted ? readValue(text, at).end : -1)
  const value = text.slice(start, end)
  if (value === "" || text[end] === ":" && text.slice(place.start, at).includes("\n")) return at
  if (by === "tuple" && !/^\s*\]/.test(text.slice(next, next + 8))) return at
  const rest = isQuoted ? "" : text.slice(end, Math.min(text.length, end + 100)).split(/[\n;]|\. /, 1)[0]!
  if (by === "comparison" && !isQuoted && !looksSecret(value) || !isSecret(place, value, isQuoted)) return at
  if (isSpared(value, rest) || isOwnFolder(place, value)) return isQuoted ? at : next
  const whole = readValue(text, at)
  const reach = isQuoted ? 0 : reachOf(value, rest)
  spans.push(start, whole.end + reach)
  return whole.next + reach
}

/** Leaves what was masked already as it is, unless something is still glued to it. */
const masked = ({ spans, text }: Place, start: number, quotedEnd: number): number => {
  const after = start + mask.length
  if (quotedEnd >= 0) {
    if (quotedEnd > after) spans.push(start, quotedEnd)
    return quotedEnd
  }
  const rest = readValue(text, after)
  if (rest.isQuoted || rest.end === after) return after
  spans.push(start, rest.end)
  return rest.end
}

/** The bare words that prose uses as well: after a colon, what follows has to look like a secret. */
const vague =
  /^(?:pass|pwd|secrets?|token|signature|sig|sid|sess|credentials?|creds?|auth|oauth|session|cookies?|jwt|bearer|[cx]srf)$/i

const isSecret = ({ by, kind, name }: Place, value: string, isQuoted: boolean): boolean => {
  // of a token and of a secret one says by name which it is
  if (by === "space" && vague.test(name) && !looksSecret(value)) return false
  if (by === "near") {
    return kind === "digits"
      ? /^[0-9]{4,8}$/.test(value)
      : isQuoted
      ? looksSecret(value) && !/\s/.test(value)
      : isToken(value) ||
        /passw(?:or)?d$/i.test(name) && value.length >= 10 &&
          /^(?=.*[a-z])(?=(?:.*[0-9]){2})[\w+/=!@#$%^&*~-]+$/i.test(value)
  }
  const isProse = !isQuoted && (by === "said" || by === "colon" && vague.test(name))
  switch (kind) {
    case "secret":
      return !isProse || looksSecret(value)
    case "broad":
      return value.length >= 8 && (!isProse || looksSecret(value))
    case "list":
      return value.length >= 8 && isRandom(value)
    case "digits":
      return /^(?:[0-9]{3,12}|[0-9]{3}-[0-9]{2}-[0-9]{4})$/.test(value)
    default: // in a query
      return value.length >= 8 && (/[0-9]/.test(value) && /[A-Za-z]/.test(value) || value.length >= 24)
  }
}

const isOwnFolder = ({ name }: Place, value: string): boolean =>
  /^(?:old)?pwd$/i.test(name) && /^(?:\/[\w.@-]*)+$/.test(value)

/** Schemes with one word after them: what follows that word is prose again. */
const oneWord =
  /^(?:bearer|basic|token|apikey|api-key|ssws|negotiate|ntlm|key|splunk|bot|sso-key|genie ?key)\s+[^\s"',;]{4,}(?=\s+[a-z]|[,;]\s)/i

const schemeOf = /^[A-Za-z][\w-]{1,20}\s+(?=[<$%{[*.])/

/** Masks a header up to the end of its line, or of the quotes around it: its parameters are secrets too. */
const header = ({ at, by, name, spans, start, text }: Place): number => {
  const value = readValue(text, at, glance)
  const around = by === "colon" ? /\\{0,16}["']$/.exec(text.slice(Math.max(0, start - 17), start))?.[0] ?? "" : ""
  const from = value.start
  if (text.startsWith(mask, from)) return from + mask.length
  const content = text.slice(from, value.isQuoted ? value.end : readLine(text, at, around, glance))
  if (content.length < 4 || isSpared(content.slice(0, 200)) || isSpared(content.replace(schemeOf, ""))) return at
  if (/cookie$/i.test(name) && !value.isQuoted && !content.includes("=")) return at
  if (by === "said" && !looksSecret(content)) return at
  if (by === "tuple" && /^[a-z]+(?:-[a-z]+)*$/i.test(content)) return at
  const word = value.isQuoted || around !== "" ? undefined : oneWord.exec(content)?.[0].length
  const end = word === undefined ? value.isQuoted ? readValue(text, at).end : readLine(text, at, around) : from + word
  spans.push(from, end)
  return end
}

/** `<password>x</password>` */
const element = ({ at: from, kind, spans, text }: Place): number => {
  const isRaw = text.startsWith("<![CDATA[", from)
  const at = isRaw ? from + 9 : from
  const end = text.indexOf(isRaw ? "]]>" : "<", at)
  if (end < 0 || end - at > 4096) return at
  const value = text.slice(at, end).trim()
  const place = { by: "equals", kind, name: "" } as Place
  if (value === "" || value === mask || !isSecret(place, value, true) || isSpared(value)) return at
  spans.push(at, end)
  return end
}

/** Matches a text of several lines, as YAML writes it. */
const lines = /[|>][+-]?[ \t]*\r?\n((?:[ \t]+\S[^\n]{0,4096}(?:\n|$)){1,200})/y

const block = ({ at, kind, spans, text }: Place): number => {
  lines.lastIndex = at
  const found = lines.exec(text)
  if (found === null || kind !== "secret") return at
  const start = at + found[0].length - found[1]!.length
  const indent = /^[ \t]*/.exec(found[1]!)![0].length
  if (text.startsWith(mask, start + indent)) return lines.lastIndex
  spans.push(start + indent, at + found[0].trimEnd().length)
  return lines.lastIndex
}

const quoted = /(["'])((?:(?!\1)[^\\\n]|\\.){1,2048})\1/g

/** Tests for what is wrong with a password, as forms say it. */
const isSparedList = (inner: string): boolean => {
  const texts = [...inner.matchAll(quoted)]
  return texts.length > 0 && texts.every((found) => isSpared(found[2]!))
}

/** Matches a schema: what describes a secret is none. */
const isSchema =
  /^\s{0,9}["']?(?:type["']?\s{0,4}:\s{0,4}["'](?:string|integer|number|boolean|object|array|null)["']|minLength|maxLength|description["']?\s{0,4}:)/

/** Under the name of a secret everything in brackets is one; under a broad name its texts. */
const brackets = ({ at, kind, spans, text }: Place): number => {
  const end = readBrackets(text, at)
  if (end < 0) return at
  const inner = text.slice(at + 1, end - 1)
  if (inner.trim() === "" || isSpared(text.slice(at, end)) || isSpared(inner.trim())) return at
  if (kind === "secret" || kind === "header") {
    if (
      isSchema.test(inner) || !/["'0-9]/.test(inner) || inner === `"${mask}"` || text[at] === "[" && isSparedList(inner)
    ) return at
    spans.push(at, end)
    return end
  }
  if (text[at] === "{") return at
  for (const found of inner.matchAll(quoted)) {
    const value = found[2]!
    if (value.length < 8 || isSpared(value) || kind === "list" && !isRandom(value)) continue
    spans.push(at + 2 + found.index, at + 2 + found.index + value.length)
  }
  return end
}
