/** Describes a request as either kind of server receives it. */
export interface Inbound {
  readonly method: string
  /** The path, decoded by no one; undefined where the request line holds no URL. */
  readonly path: string | undefined
  /** Returns a header. What may stand there once, and stands there twice, never gets this far. */
  readonly header: (name: string) => string | undefined
  /** Reads the body as text, and tells of its bytes as they come. Throws a `Refusal` for one that is too large, too slow or no UTF-8. */
  readonly read: (onBytes: (bytes: number) => void) => Promise<string>
  /** Makes the request that an SDK is given; it has no body. */
  readonly request: (signal?: AbortSignal) => Request
  /** Aborted when the client went away before it was answered. */
  readonly signal: AbortSignal
}

/** Returns the path of a request line, which may be anything: `//` is no URL, for one. */
export const pathOf = (target: string): string | undefined => {
  if (target.includes("#")) return undefined
  const url = target.startsWith("/") ? `http://localhost${target}` : target
  return URL.canParse(url) ? new URL(url).pathname : undefined
}

const once = [
  "host",
  "origin",
  "authorization",
  "content-type",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "mcp-session-id",
  "mcp-protocol-version",
  "last-event-id"
]

/** Tests whether a header that may stand there once is there more than once: two programs may read two different ones. */
export const hasTwice = (count: (name: string) => number): boolean => once.some((name) => count(name) > 1)

/** Tests whether a type is JSON in UTF-8. */
export const isJson = (type: string | undefined): boolean =>
  /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i.test(type ?? "")
