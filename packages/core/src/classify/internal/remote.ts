import { type Family, type Finding, lookUp, table, type View } from "./finding.ts"
import { property, text } from "./read.ts"

/** Replies of FTP servers, which look like HTTP's and are not. */
const ftp = /*#__PURE__*/ table([
  ["lost", "it is shutting down", "421"],
  ["lost", "the connection was lost", "425 426"],
  ["lost", "it is busy", "450"],
  ["failed", undefined, "451"],
  ["lost", "its disk is full", "452"],
  ["credentials", undefined, "430 530 532"],
  ["missing", undefined, "550"],
  ["quota", undefined, "552"],
  ["arguments", "the name is not allowed", "501 553"],
  ["unsupported", undefined, "502 504"]
])

const levels = /*#__PURE__*/ table([
  ["credentials", undefined, "client-authentication"],
  ["timeout", undefined, "client-timeout"]
])

const strong = ({ code, failure, names }: View): Finding | undefined => {
  if (names.includes("FTPError")) return lookUp({ from: ftp, code, rule: "FTP's reply", read: "code" })
  if (property(failure, "authenticationFailed") === true) {
    return { kind: "credentials", rule: "IMAP's refusal", read: "authenticationFailed" }
  }
  return lookUp({ from: levels, code: text(failure, "level"), rule: "level of SSH", read: "level" })
}

/** Other machines: FTP, SSH, IMAP. */
export const remote: Family = { name: "remote", strong, ofBare: {} }
