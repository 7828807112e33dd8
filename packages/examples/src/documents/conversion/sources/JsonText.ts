/**
 * Looks into the text of a JSON document: where it is malformed, and which keys stand twice.
 */
import { printParseErrorCode, visit } from "jsonc-parser"

/** Describes what is wrong with a text, and where: both count from 1. */
export interface Fault {
  readonly line: number
  readonly column: number
  readonly complaint: string
}

class Stop extends Error {
  readonly offset: number
  readonly code: string
  constructor(offset: number, code = "") {
    super()
    this.offset = offset
    this.code = code
  }
}

/** Finds the first thing that is wrong; the message of `JSON.parse` has no reliable position and quotes the document. */
export const firstFault = (text: string): Fault | undefined => {
  try {
    visit(text, {
      onError: (code, offset) => {
        throw new Stop(offset, printParseErrorCode(code))
      }
    }, { disallowComments: true })
    return undefined
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop
    const isInString = stringErrors.has(stop.code) && text[stop.offset] === "\""
    const fault = isInString ? insideString(text, stop.offset) : undefined
    return {
      ...positionOf(text, fault?.offset ?? stop.offset),
      complaint: fault?.complaint ?? complaints[stop.code] ?? "this is not JSON"
    }
  }
}

const positionOf = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, offset)
  const lineStart = Math.max(before.lastIndexOf("\n"), -1) + 1
  let line = 1
  for (let at = before.indexOf("\n"); at !== -1; at = before.indexOf("\n", at + 1)) line++
  return { line, column: offset - lineStart + 1 }
}

const stringErrors: ReadonlySet<string> = new Set([
  "UnexpectedEndOfString",
  "InvalidUnicode",
  "InvalidEscapeCharacter",
  "InvalidCharacter"
])

const escaped = "the escape sequence is malformed"

/** The parser says where a string begins; what is wrong with it may stand far behind. */
const insideString = (
  text: string,
  start: number
): { readonly offset: number; readonly complaint: string } | undefined => {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return undefined
    if (code === 0x0a || code === 0x0d) return { offset: at, complaint: "a string is not closed" }
    if (code < 0x20) return { offset: at, complaint: "a control character stands in a string" }
    if (code !== 0x5c) continue
    const [sequence] = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at, at + 6)) ?? []
    if (sequence === undefined) return { offset: at, complaint: escaped }
    at += sequence.length - 1
  }
  return { offset: text.length, complaint: "a string is not closed" }
}

const complaints: { readonly [code: string]: string | undefined } = {
  InvalidNumberFormat: "a number is malformed",
  PropertyNameExpected: "a property name is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a closing brace is expected",
  CloseBracketExpected: "a closing bracket is expected",
  EndOfFileExpected: "the document is expected to end",
  InvalidCommentToken: "comments are not allowed",
  UnexpectedEndOfComment: "comments are not allowed",
  UnexpectedEndOfString: "a string is not closed",
  InvalidUnicode: escaped,
  InvalidEscapeCharacter: escaped,
  InvalidCharacter: "a control character stands in a string"
}

/** Counts the keys of a valid text, those that stand twice included. */
export const countKeys = (text: string): number => {
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x3a) keys++
    else if (code === 0x22) at = endOfString(text, at)
  }
  return keys
}

const endOfString = (text: string, start: number): number => {
  for (let at = text.indexOf("\"", start + 1); at !== -1; at = text.indexOf("\"", at + 1)) {
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return at
  }
  return text.length
}

/** Finds the first key that stands twice in one object of a valid text. */
export const firstDuplicate = (text: string): { readonly key: string; readonly line: number } | undefined => {
  const objects: Array<Set<string>> = []
  let found: { readonly key: string; readonly line: number } | undefined
  try {
    visit(text, {
      onObjectBegin: () => void objects.push(new Set()),
      onObjectEnd: () => void objects.pop(),
      onObjectProperty: (key, offset) => {
        const keys = objects.at(-1)
        if (keys?.has(key) === true) {
          found = { key, line: positionOf(text, offset).line }
          throw new Stop(offset)
        }
        keys?.add(key)
      }
    })
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop
  }
  return found
}
