/**
 * Keeps the requests of `fetch_api_data` on the weather service.
 *
 * An endpoint is a path with a query. Whatever a URL parser, or a server that decodes once more, could take for another
 * host or for a path outside the service is refused before anything is sent.
 */
import * as Schema from "effect/Schema"

const maxLength = 2_000

/** The endpoints that are known. */
export const knownPaths = ["/v1/current", "/v1/forecast", "/v1/alerts"] as const

/** What is wrong with an endpoint, as a sentence that begins with "Expected"; nothing if it is fine. */
const mistake = (endpoint: string): string | undefined => {
  if (endpoint.length > maxLength) return `Expected at most ${maxLength} characters`
  if (/^[a-z][a-z0-9+.-]*:/i.test(endpoint)) return "Expected a path on the weather service, not a URL"
  if (!endpoint.startsWith("/")) return "Expected a path that begins with /"
  // oxlint-disable-next-line no-control-regex -- a URL parser drops some of them silently
  if (/[\u0000-\u0020\u007f\\#]|[^\u0000-\u007f]/.test(endpoint)) {
    return "Expected a percent-encoded path without spaces, backslashes or #"
  }
  const path = endpoint.split("?", 1)[0]!
  const decoded = decode(path)
  if (decoded === undefined) return "Expected a path whose percent-encoding is valid"
  if (path.includes("//") || decoded.includes("//") || /%(?:2f|5c)/i.test(path) || decoded.includes("\\")) {
    return "Expected a path without empty segments or encoded slashes"
  }
  if (/%/.test(decoded)) return "Expected a path that is percent-encoded once"
  return decoded.split("/").some((segment) => /^\.{1,2}(?:;|$)/.test(segment))
    ? "Expected a path without . and .. segments"
    : undefined
}

const decode = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** A path on the weather service, with its query. */
export const Endpoint = Schema.String.annotate({
  description: "A path on the weather service, with its query, percent-encoded",
  examples: ["/v1/current?location=Paris", "/v1/alerts?location=New%20York"]
}).check(Schema.makeFilter((endpoint: string) => mistake(endpoint)))

/** Returns the URL of an endpoint below a base. */
export const resolve = (base: URL, endpoint: string): URL =>
  new URL(base.pathname.replace(/\/$/, "") + endpoint, base.origin)
