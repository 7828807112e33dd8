import { type Family, type Finding, lookUp, table, type View } from "./finding.ts"
import { codeIn, property, text } from "./read.ts"

/** Replies of SMTP servers. */
const replies = /*#__PURE__*/ table([
  ["lost", "it is shutting down", "421"],
  ["lost", "the mailbox is busy", "450"],
  ["lost", undefined, "451 454 455"],
  ["lost", "it has too little storage", "452"],
  ["credentials", undefined, "530 534 535 538"],
  ["arguments", "the mailbox does not exist", "550 551"],
  ["tooLarge", "The message", "552 523"],
  ["arguments", "an address is not valid", "501 553"],
  ["rejected", "the message was not accepted", "541 554 571"]
])

const codes = /*#__PURE__*/ table([
  ["credentials", undefined, "EAUTH EOAUTH2 ENOAUTH"],
  ["refused", "refused", "ECONNECTION"],
  ["rejected", "no secure connection is possible", "ETLS EREQUIRETLS"],
  ["rejected", "its name is not known", "EDNS"],
  ["malformed", "it is not SMTP", "EPROTOCOL"],
  ["arguments", "an address is not valid", "EENVELOPE"],
  ["rejected", "the message was not accepted", "EMESSAGE"]
])

/** nodemailer tells what it was doing by `command`. */
const strong = ({ code, failure, message }: View): Finding | undefined => {
  if (code === undefined || !(code in mine)) return undefined
  if (text(failure, "command") === undefined && property(failure, "responseCode") === undefined) return undefined
  if (code === "ESOCKET") return fromSocket(failure, message)
  return lookUp({ from: replies, code: codeIn(failure, "responseCode"), rule: "SMTP's reply", read: "responseCode" }) ??
    lookUp({ from: codes, code, rule: "nodemailer's code", read: "code" })
}

const mine: Readonly<Record<string, true>> = Object.fromEntries(
  "EAUTH EOAUTH2 ENOAUTH ECONNECTION ETLS EREQUIRETLS EDNS EPROTOCOL EENVELOPE EMESSAGE ESOCKET ESTREAM".split(" ").map(
    (code) => [code, true]
  )
)

/** nodemailer writes its own code over Node's, which stays in the message. */
const fromSocket = (failure: object, message: string): Finding => {
  const rule = "nodemailer's code ESOCKET"
  if (text(failure, "syscall") === "connect" || /\bECONNREFUSED\b/.test(message)) {
    return { kind: "refused", reason: "refused", rule, read: "syscall" }
  }
  return /\b(?:SSL|TLS|certificate)\b/i.test(message)
    ? { kind: "rejected", reason: "no secure connection is possible", rule, read: "message" }
    : { kind: "lost", reason: "the connection was lost", rule, read: "code" }
}

/** Mail by SMTP. */
export const mail: Family = { name: "mail", strong, ofBare: {} }
