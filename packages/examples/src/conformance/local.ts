/**
 * Guards a server without authentication against DNS rebinding, where a page in the user's browser has its own name lead to
 * this machine: what it sends carries that name. SDK 1.x leaves this to its user, and its helper looks at `Host` only.
 */
import type { IncomingMessage } from "node:http"

const names = new Set(["localhost", "127.0.0.1", "[::1]"])

const isLocalUrl = (url: string): boolean => URL.canParse(url) && names.has(new URL(url).hostname)

/** Tests whether a request was meant for this machine, and comes from no page of another. */
export const isLocal = ({ headers: { host, origin } }: IncomingMessage): boolean =>
  host !== undefined && isLocalUrl(`http://${host}`) && (origin === undefined || isLocalUrl(origin))
