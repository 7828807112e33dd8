import { isFromUpstream } from "@errata/core/internal/upstream"
import type * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"

/** See `Fold.Challenge`. */
export interface Challenge {
  /** The URL of the server's OAuth protected resource metadata (RFC 9728). Default: it is not said. */
  readonly resourceMetadata?: string | undefined
  /** The scopes that a new token must allow. Default: they are not said. */
  readonly scopes?: ReadonlyArray<string> | undefined
}

interface Settings {
  readonly challenge?: Challenge | undefined
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

/** Names the key under which a reply asks the client for another token. */
const key = "mcp/www_authenticate"

/** A header holds so much of each part. */
const longest = 500

/**
 * Returns what a reply says in `_meta` to make the client sign in again, as the values of a `WWW-Authenticate` header; nothing where
 * that would not help: credentials that a service refused may be the server's own.
 */
export const metaOfChallenge = (
  error: ToolError.Any,
  format: Settings
): { readonly [key: string]: unknown } | undefined => {
  try {
    const value = challengeOf(error, format)
    return value === undefined ? undefined : { [key]: [value] }
  } catch {
    return undefined // its fields cannot be read
  }
}

const challengeOf = (error: ToolError.Any, format: Settings): string | undefined => {
  const { name } = ToolError.type(error)
  if (name !== "unauthenticated" && name !== "permission_denied" || isFromUpstream(error)) return undefined
  const { challenge: { resourceMetadata, scopes: defaults = [] } = {} } = format
  const { required_scopes, resource_metadata = resourceMetadata } = ToolError.details(error) ?? {}
  const own = Array.isArray(required_scopes) ? required_scopes : undefined
  if (name === "permission_denied" && own === undefined) return undefined
  const isClean = (value: unknown): value is string =>
    typeof value === "string" && Redaction.isClean(format.redactor, value, format.limits)
  const scopes = (own ?? defaults).filter(isClean).filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(scope))
  const url = isClean(resource_metadata) ? urlOf(resource_metadata) : undefined
  const said = ToolError.guidance(error).message ?? error.message
  const description = headerText(format.redactor.json(said, format.limits) as string)
  return `Bearer ${
    [
      `error="${name === "unauthenticated" ? "invalid_token" : "insufficient_scope"}"`,
      ...description === "" ? [] : [`error_description="${description}"`],
      ...scopes.length === 0 ? [] : [`scope="${scopes.slice(0, 50).join(" ").slice(0, longest)}"`],
      ...url === undefined ? [] : [`resource_metadata="${url}"`]
    ].join(", ")
  }`
}

/** Writes a text as a quoted string of a header may hold it. */
const headerText = (text: string): string =>
  text.normalize("NFKD").replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]+/g, " ").trim().slice(0, longest)

const urlOf = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:"
  return isWeb && url.href.length <= longest && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(url.href) ? url.href : undefined
}
