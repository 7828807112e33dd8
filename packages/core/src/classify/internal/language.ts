import type { Family, Finding, View } from "./finding.ts"
import { messageOf, property, text } from "./read.ts"

const errors: ReadonlySet<string> = new Set([
  "TypeError",
  "RangeError",
  "ReferenceError",
  "EvalError",
  "URIError",
  "InternalError"
])

/** Tests whether a failure is a programmer's mistake, as the language reports it. Node's own carry a code, which says more. */
export const isMistake = (failure: unknown): boolean => {
  const name = text(failure, "name") ?? ""
  if (!errors.has(name)) return name === "SyntaxError" && !isJson(failure) && property(failure, "code") === undefined
  const code = text(failure, "code")
  return (code === undefined || /^ERR_(?:INVALID_|MISSING_|OUT_OF_RANGE|UNKNOWN_|METHOD_)/.test(code)) &&
    !isFetch(failure)
}

/** Matches what `fetch` says where the network failed, in Node, browsers, Deno and React Native. */
const network =
  /^(?:fetch failed|terminated|Failed to fetch|Load failed|Network request failed|network error|NetworkError when attempting to fetch resource\.?|error sending request(?: for url .*)?|The network connection was lost\.?|The Internet connection appears to be offline\.?|body stream interrupted)$/s

const isFetch = (failure: unknown): boolean => text(failure, "name") === "TypeError" && network.test(messageOf(failure))

const isJson = (failure: unknown): boolean => /JSON/.test(messageOf(failure))

const strong = ({ context, failure, names }: View): Finding | undefined => {
  if (context.handler !== undefined) return undefined // what a handler parses is its own, or its caller's
  if (names.includes("SyntaxError") && isJson(failure)) {
    return { kind: "malformed", reason: "it is not JSON", rule: "SyntaxError of JSON", read: "name" }
  }
  return parsers.has(names[0] ?? "")
    ? { kind: "malformed", reason: "it cannot be read", rule: `name ${names[0]}`, read: "name" }
    : undefined
}

const parsers: ReadonlySet<string> = new Set(["AI_JSONParseError", "AI_InvalidResponseDataError", "JSONParseError"])

/** fetch alone, without a cause that says more. */
const weak = ({ failure }: View): Finding | undefined =>
  isFetch(failure) && property(failure, "cause") === undefined
    ? { kind: "lost", reason: "the connection failed", rule: "fetch's TypeError", read: "message" }
    : undefined

/** Errors of the language that are no mistakes. */
export const language: Family = {
  name: "language",
  strong,
  weak,
  ofBare: { names: (name) => name === "SyntaxError" || name === "TypeError" || parsers.has(name) }
}
