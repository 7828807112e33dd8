/**
 * Guards against DNS rebinding, where a page in the user's browser has its own name lead to this machine: what it sends carries
 * that name, as `Host`, as `Origin`, or both.
 */
const loopback = ["localhost", "127.0.0.1", "[::1]"]

const wildcards = new Set(["0.0.0.0", "::", "[::]", ""])

/** Tests whether an address is this machine's own. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)

/** Tests whether an address stands for every one that the machine has. */
export const isWildcard = (host: string): boolean => wildcards.has(host)

/** Describes who may be asked, and by pages of whom. */
export interface Guard {
  readonly allowsHost: (header: string | undefined) => boolean
  /** A request without `Origin` comes from no page. */
  readonly allowsOrigin: (header: string | undefined) => boolean
}

/** See `http.Options`. */
export interface GuardOptions {
  readonly host: string
  readonly hosts?: ReadonlyArray<string> | "any" | undefined
  readonly origins?: ReadonlyArray<string> | "any" | undefined
  readonly isAuthenticated: boolean
}

/**
 * Makes the guard. Throws a `TypeError` where a server that asks for no token listens on every address and names no hosts: any page
 * in a browser that reaches it could call its tools.
 */
export const makeGuard = ({ host, hosts, isAuthenticated, origins }: GuardOptions): Guard => {
  if (hosts === undefined && isWildcard(host) && !isAuthenticated) {
    throw new TypeError(
      `A server on ${
        host === "" ? "every address" : host
      } without a token needs the option \`hosts\`: the names by which clients reach it, or "any"`
    )
  }
  const names = hosts ?? (isLoopback(host) ? loopback : isWildcard(host) ? "any" : [host])
  const named = names === "any" ? undefined : new Set(names.map(hostOf))
  const pages = origins ?? (isLoopback(host) ? loopback : [])
  const listed = pages === "any" ? undefined : new Set(pages.map((page) => page.toLowerCase()))
  return {
    allowsHost: (header) => named === undefined || (header !== undefined && matches(named, `http://${header}`, header)),
    allowsOrigin: (header) => header === undefined || listed === undefined || matches(listed, header, header)
  }
}

/** An address of IPv6 stands in brackets. */
const hostOf = (name: string): string => /^[^[]*:[^\]]*:/.test(name) ? `[${name}]`.toLowerCase() : name.toLowerCase()

/** Matches a name whatever the port, or a name with its port, or an origin whole. */
const matches = (names: ReadonlySet<string>, url: string, header: string): boolean => {
  if (names.has(header.toLowerCase())) return true
  if (!URL.canParse(url)) return false
  const { hostname, protocol, username, password, pathname, search, hash } = new URL(url)
  const isBare = username + password + search + hash === "" && pathname === "/"
  return names.has(hostname) && isBare && (protocol === "http:" || protocol === "https:")
}
