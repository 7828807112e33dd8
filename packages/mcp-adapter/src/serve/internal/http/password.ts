import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import { Refusal } from "./refusal.ts"

/** A browser asks for a name and a password, and sends a token in no other way: for a page the token may come as the password. */
export const withPassword = async <A>(
  header: string | undefined,
  authenticate: (header: string | undefined) => Promise<A>
): Promise<A> => {
  try {
    return await authenticate(bearerOf(header))
  } catch (failure) {
    if (!(failure instanceof Refusal) || failure.reason !== "unauthenticated") throw failure
    throw new Refusal("unauthenticated", { headers: { "www-authenticate": "Basic realm=\"mcp\"" }, why: failure.why })
  }
}

const bearerOf = (header: string | undefined): string | undefined => {
  const given = /^basic +(\S+)$/i.exec(header ?? "")?.[1]
  if (given === undefined) return header
  const pair = Result.getOrElse(Base64.decodeString(given), () => "")
  return `Bearer ${pair.slice(pair.indexOf(":") + 1)}`
}
