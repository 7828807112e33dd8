import * as Classifier from "@errata/core/Classifier"
import { read } from "../../fold/internal/readProperty.ts"

/** Lists what drivers and clients put on their errors, and authors rarely on theirs; read through the prototype. */
const marks = [
  "$fault",
  "$metadata",
  "$response",
  "address",
  "clientVersion",
  "code",
  "config",
  "errcode",
  "errno",
  "errorInfoKey",
  "errorLabels",
  "extensions",
  "hostname",
  "metadata",
  "request",
  "response",
  "routine",
  "severity",
  "sql",
  "sqlMessage",
  "sqlState",
  "status",
  "statusCode",
  "syscall"
]

/** Tests whether a failure carries the mark of a driver: its message was written for programmers. */
export const carriesMark = (failure: unknown): boolean => marks.some((mark) => isSaid(read(failure, mark)))

/** Lists what authors put on their own errors too. */
const shared: ReadonlySet<string> = new Set(["code", "status", "statusCode"])

/**
 * Tests whether an error that the server's own code made carries the mark of a driver all the same: a native driver's errors have
 * no frames but the caller's. A class of the server's own with a code that is in no table carries none, nor does one with a
 * status of the caller's fault: a status of the server's fault says that its words are for operators.
 */
export const carriesDriversMark = (failure: unknown): boolean => {
  if (marks.some((mark) => !shared.has(mark) && isSaid(read(failure, mark)))) return true
  const code = read(failure, "code")
  const statuses = [read(failure, "status"), read(failure, "statusCode"), typeof code === "number" ? code : undefined]
  if (!statuses.every((status) => !isSaid(status) || (isOwnClass(failure) && isCallersFault(status)))) return true
  return isSaid(code) && typeof code !== "number" && !isOwnCode(code, failure)
}

const isCallersFault = (status: unknown): boolean => typeof status === "number" && status >= 400 && status < 500

const stockClasses: ReadonlySet<unknown> = new Set(["AggregateError", "DOMException", "Error", "Object", undefined])

const isOwnClass = (failure: unknown): boolean => {
  try {
    return !stockClasses.has(read(read(Object.getPrototypeOf(failure), "constructor"), "name"))
  } catch {
    return false
  }
}

/** The forms of the codes of databases, drivers and platforms. */
const drivers =
  /^(?:E[A-Z0-9]+|(?:ERR|UND_ERR|SQLITE|ER|HPE|PROTOCOL|CERT|UNABLE|EAI|CR|WARN|ERROR|MONGO)_\w+|(?=\w*\d)[0-9A-Z]{5}|[A-Z]{1,4}-?\d{3,6}|[A-Z]\w*Exception|\d+)$/

/** Words, and not what a token or an id looks like. */
const words = /^[A-Za-z]{1,40}\d{0,3}(?:[_.:/-][A-Za-z]{1,40}\d{0,3}){0,8}$/

/** Tests whether a code is the author's own: a word that no table has. */
const isOwnCode = (code: unknown, failure: unknown): boolean => {
  if (typeof code !== "string" || !words.test(code) || drivers.test(code)) return false
  const { depth, read } = Classifier.explain(failure)
  return depth > 0 || read !== "code"
}

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && typeof value !== "function"

/** Limits how deep causes are looked into. */
const depth = 5

/** The shortest text that repeats another, and not by chance. */
const shortest = 8

/** Tests whether a message repeats what a driver said, which is somewhere among the causes. */
export const repeatsDriver = (message: string, failure: unknown): boolean => {
  let cause = read(failure, "cause")
  for (let i = 0; i < depth && typeof cause === "object" && cause !== null; i++) {
    const said = read(cause, "message")
    if (
      typeof said === "string" && said.trim().length >= shortest && message.includes(said.trim()) && carriesMark(cause)
    ) {
      return true
    }
    cause = read(cause, "cause")
  }
  return false
}

const mistakes: ReadonlySet<unknown> = new Set(["TypeError", "RangeError", "ReferenceError", "SyntaxError"])

/** Tests whether a failure is a mistake of a programmer, of this realm or another. */
export const isMistake = (failure: unknown): boolean => {
  if (mistakes.has(read(failure, "name"))) return true
  try {
    let prototype = Object.getPrototypeOf(failure) as object | null
    for (let i = 0; i < mostPrototypes && prototype !== null; i++) {
      if (mistakes.has(read(read(prototype, "constructor"), "name"))) return true
      prototype = Object.getPrototypeOf(prototype) as object | null
    }
    return false
  } catch {
    return true // a hostile proxy
  }
}

const mostPrototypes = 20
