import * as Redacted from "effect/Redacted"
import { createHash, timingSafeEqual } from "node:crypto"
import type { AuthInfo } from "../../../call/Handler.ts"
import { Refusal } from "./refusal.ts"
import { waitFor } from "./time.ts"

/** See `http.Verified`. */
export interface Verified {
  /** Names who was given the token. */
  readonly clientId: string
  /** The scopes that the token allows. */
  readonly scopes: ReadonlyArray<string>
  /** The time after which the token is refused, in seconds since 1970. Default: `verify` itself looks. */
  readonly expiresAt?: number | undefined
  /** The resource for which the token was made. One that is not that of `resourceMetadata` is refused. Default: not compared. */
  readonly resource?: URL | string | undefined
  /** Everything else that a handler may read from `ToolCall.principal`. */
  readonly extra?: { readonly [key: string]: unknown } | undefined
}

/** See `http.ResourceMetadata`. */
export interface ResourceMetadata {
  /** The URL by which clients reach the endpoint. */
  readonly resource: string
  /** The authorization servers that make tokens for it. */
  readonly authorization_servers: ReadonlyArray<string>
  /** The scopes that a client may ask for. Default: `scopes`. */
  readonly scopes_supported?: ReadonlyArray<string> | undefined
  /** The server's name, for people. */
  readonly resource_name?: string | undefined
  /** The address at which people read more about it. */
  readonly resource_documentation?: string | undefined
}

/** See `http.Auth`. */
export interface Auth {
  /**
   * Says whose token it is: undefined, or a promise of it, for one that is not valid here. An error named `InvalidTokenError`, as the
   * SDKs' verifiers throw it, says the same; any other is logged and answered with 503, as is silence of 10 s. `provider.verifyAccessToken` of either SDK fits.
   */
  readonly verify: (token: string) => Verified | undefined | PromiseLike<Verified | undefined>
  /** The scopes that every request needs; without one of them it is refused with 403. Default: none. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** Is served at `/.well-known/oauth-protected-resource`, and named in `WWW-Authenticate`. Default: none. */
  readonly resourceMetadata?: ResourceMetadata | undefined
}

/** Finds out who asks. */
export interface Authenticator {
  /** Returns who asks. Throws a `Refusal`. */
  readonly authenticate: (header: string | undefined, now: number) => Promise<AuthInfo>
  /** Returns `WWW-Authenticate` for a request that needs another token. */
  readonly challenge: (error?: "invalid_token" | "insufficient_scope", scopes?: ReadonlyArray<string>) => string
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

/** Makes a verifier that knows one token. What is compared has one length, and takes one time. */
export const verifierOf = (token: string | Redacted.Redacted<string>): Auth["verify"] => {
  const text = typeof token === "string" ? token : Redacted.value(token)
  if (text === "" || !isToken(text)) {
    throw new TypeError("The token must be at least one of the characters A-Z a-z 0-9 - . _ ~ + / =")
  }
  const known = digest(text)
  return (given) => timingSafeEqual(digest(given), known) ? { clientId: "token", scopes: [] } : undefined
}

const isToken = (text: string): boolean => /^[\w\-.~+/]+=*$/.test(text)

/** The time that a verifier may take, in milliseconds. */
const patience = 10_000

/** The longest token that is looked at: headers are bounded anyhow. */
const longest = 8_192

const tokenOf = (header: string | undefined): string | undefined => {
  const found = /^bearer +(\S+)$/i.exec(header ?? "")?.[1]
  return found !== undefined && found.length <= longest && isToken(found) ? found : undefined
}

/** Makes what finds out who asks. */
export const makeAuthenticator = ({ resourceMetadata, scopes = [], verify }: Auth): Authenticator => {
  const metadataUrl = resourceMetadata === undefined ? undefined : metadataUrlOf(resourceMetadata.resource)
  const challenge: Authenticator["challenge"] = (error, needed = scopes) =>
    `Bearer ${
      [
        ...error === undefined ? [] : [`error="${error}"`, `error_description="${descriptions[error]}"`],
        ...needed.length === 0 ? [] : [`scope="${quoted(needed.join(" "))}"`],
        ...metadataUrl === undefined ? [] : [`resource_metadata="${quoted(metadataUrl)}"`],
        ...error === undefined && needed.length === 0 && metadataUrl === undefined ? ["realm=\"mcp\""] : []
      ].join(", ")
    }`
  const refuse = (why: string, error?: "invalid_token"): Refusal =>
    new Refusal("unauthenticated", { headers: { "www-authenticate": challenge(error) }, why })
  return {
    challenge,
    authenticate: async (header, now) => {
      if (header === undefined) throw refuse("no token")
      const token = tokenOf(header)
      if (token === undefined) throw refuse("a malformed Authorization header", "invalid_token")
      const verified = await verifyWith(verify, token)
      const fault = faultOf(verified, now, resourceMetadata?.resource)
      if (verified === undefined || fault !== undefined) throw refuse(fault ?? "an unknown token", "invalid_token")
      if (scopes.some((scope) => !verified.scopes.includes(scope))) {
        throw new Refusal("insufficientScope", {
          headers: { "www-authenticate": challenge("insufficient_scope") },
          why: "a scope is missing"
        })
      }
      return { ...verified, token, scopes: [...verified.scopes] } as AuthInfo
    }
  }
}

const descriptions = {
  invalid_token: "The access token is missing, malformed, expired or not valid here",
  insufficient_scope: "The access token does not allow this"
}

const verifyWith = async (verify: Auth["verify"], token: string): Promise<Verified | undefined> => {
  try {
    const verified = Promise.resolve(verify(token))
    return (await waitFor(patience, verified, () => new Refusal("cannotVerify", { why: "the verifier is silent" }))) ??
      undefined
  } catch (failure) {
    if (failure instanceof Refusal) throw failure
    if (saysInvalid(failure)) return undefined
    throw new Refusal("cannotVerify", {
      why: `the verifier failed: ${failure instanceof Error ? failure.name : typeof failure}`
    })
  }
}

/** Both SDKs' verifiers throw. Theirs may be of another copy, and the newer one has a single class with a code. */
const saysInvalid = (failure: unknown): boolean => {
  if (typeof failure !== "object" || failure === null) return false
  const { code, constructor, errorCode, name } = failure as Record<string, unknown>
  return name === "InvalidTokenError" || code === "invalid_token" || errorCode === "invalid_token" ||
    (typeof constructor === "function" && constructor.name === "InvalidTokenError")
}

const faultOf = (verified: Verified | undefined, now: number, resource: string | undefined): string | undefined => {
  if (verified === undefined) return undefined
  if (typeof verified.clientId !== "string" || !Array.isArray(verified.scopes)) {
    return "the verifier says nothing of whose the token is"
  }
  const { expiresAt } = verified
  if (expiresAt !== undefined && !(expiresAt * 1_000 > now)) return "an expired token"
  if (resource === undefined || verified.resource === undefined) return undefined
  return comparable(verified.resource) === comparable(resource) ? undefined : "a token for another resource"
}

const comparable = (resource: URL | string): string =>
  (URL.canParse(String(resource)) ? new URL(resource).href : String(resource)).replace(/#.*$/, "").replace(/\/$/, "")

/** Writes a text as the inside of a quoted string of a header. */
const quoted = (text: string): string => text.replace(/[^\x20-\x7e]/g, "").replace(/["\\]/g, "\\$&")

export const wellKnown = "/.well-known/oauth-protected-resource"

/** Returns where the metadata of a resource is found, as RFC 9728 says. */
export const metadataUrlOf = (resource: string): string => {
  const { origin, pathname } = new URL(resource)
  return `${origin}${wellKnown}${pathname === "/" ? "" : pathname}`
}

/** Returns the metadata that is served. */
export const metadataOf = ({ resourceMetadata, scopes = [] }: Auth): object | undefined =>
  resourceMetadata === undefined ? undefined : {
    bearer_methods_supported: ["header"],
    ...scopes.length === 0 ? {} : { scopes_supported: scopes },
    ...resourceMetadata
  }
