import { fingerprint } from "@errata/core/LoopGuard"
import type { AuthInfo, Request } from "./request.ts"

/** Numbers connections, so that whoever remembers a caller holds no server. */
const numbers = new WeakMap<object, string>()
let connections = 0

const numberOf = (connection: object): string => {
  const known = numbers.get(connection)
  if (known !== undefined) return known
  connections += 1
  const number = ` ${connections} `
  numbers.set(connection, number)
  return number
}

/**
 * Names who calls: the session or the connection, and the account. `undefined` where nothing tells one caller from another, as over
 * HTTP without sessions and credentials.
 */
export const callerOf = ({ authInfo, connection, sessionId }: Request): string | undefined => {
  const number = connection === undefined ? "  " : numberOf(connection)
  if (authInfo === undefined) {
    return sessionId !== undefined ? sessionId + number : connection === undefined ? undefined : number
  }
  const account = accountOf(authInfo)
  if (sessionId === undefined && connection === undefined && account === "") return undefined
  return (sessionId ?? "") + number + account
}

/** Names an account. Many people may share one client: without a subject their tokens tell them apart. */
export const accountOf = ({ clientId, extra, token }: AuthInfo): string => {
  const subject = extra?.["sub"] ?? extra?.["subject"]
  return fingerprint([clientId, typeof subject === "string" ? subject : token]) ?? ""
}
