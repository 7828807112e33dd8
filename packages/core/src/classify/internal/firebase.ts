import { type Family, type Finding, lookUp, table, type View } from "./finding.ts"
import { isObject, property } from "./read.ts"

/** Lists what stands after the stroke in codes like `auth/user-not-found`. */
const words = /*#__PURE__*/ table([
  ["missing", undefined, "not-found user-not-found object-not-found document-not-found"],
  ["exists", undefined, "already-exists email-already-exists email-already-in-use uid-already-exists"],
  ["denied", undefined, "permission-denied insufficient-permission unauthorized"],
  [
    "credentials",
    undefined,
    "unauthenticated invalid-credential id-token-expired id-token-revoked session-cookie-expired"
  ],
  ["limited", undefined, "too-many-requests resource-exhausted message-rate-exceeded device-message-rate-exceeded"],
  ["lost", undefined, "unavailable server-unavailable network-request-failed network-error"],
  ["timeout", undefined, "deadline-exceeded network-timeout retry-limit-exceeded"],
  ["arguments", undefined, "invalid-argument invalid-email invalid-password invalid-phone-number"],
  ["state", undefined, "failed-precondition"],
  ["conflict", undefined, "aborted"],
  ["failed", undefined, "internal internal-error unknown"]
])

const strong = ({ code, failure, names }: View): Finding | undefined => {
  const word = /^[a-z-]+\/([a-z-]+)$/.exec(code ?? "")?.[1]
  const isFirebase = names.some((name) => name.startsWith("Firebase")) || isObject(property(failure, "errorInfo"))
  return word !== undefined && isFirebase
    ? lookUp({ from: words, code: word, rule: "Firebase's code", read: "code" })
    : undefined
}

/** Firebase. */
export const firebase: Family = { name: "firebase", strong, ofBare: {} }
