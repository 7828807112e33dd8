/**
 * Makes the bytes of HTTP requests, some of them good.
 */
import { type Source, text } from "../core/support/arbitraries.ts"
import * as Frames from "./frames.ts"

const methods = [
  "POST",
  "POST",
  "POST",
  "GET",
  "DELETE",
  "PUT",
  "OPTIONS",
  "HEAD",
  "TRACE",
  "CONNECT",
  "PATCH",
  "QUERY",
  "post",
  "",
  "P OST"
]

const targets = [
  "/mcp",
  "/mcp",
  "/mcp",
  "/mcp?x=1",
  "//",
  "///mcp",
  "//mcp",
  "/",
  "*",
  "",
  "http://[",
  "http://localhost/mcp",
  "https://evil:99999/mcp",
  "/mcp#x",
  "/%",
  "/%00",
  "/mcp/../mcp",
  "\\mcp",
  "?",
  "/\u00ff",
  "localhost:80",
  "mailto:a@b",
  "javascript:alert(1)"
]

const versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "HTTP", ""]

const names = [
  "mcp-session-id",
  "mcp-protocol-version",
  "origin",
  "content-type",
  "accept",
  "authorization",
  "last-event-id",
  "transfer-encoding",
  "content-length",
  "expect",
  "upgrade",
  "connection",
  "x-forwarded-host",
  "te",
  "range",
  "cookie",
  "__proto__"
]

const values = [
  "",
  "x",
  "chunked",
  "-1",
  "0",
  "99999999999999999999",
  "100-continue",
  "websocket",
  "upgrade",
  "application/json",
  "text/event-stream",
  "2025-11-25",
  "2026-07-28",
  "1900-01-01",
  "null",
  "http://evil.example",
  "http://localhost:1",
  "[",
  "a".repeat(9_000),
  "\u00e9\u00ff"
]

const hosts = ["localhost", "127.0.0.1", "localhost:1", "[::1]", "evil.example", "[", "", "a b", "localhost:99999"]

const bodyOf = (from: Source, tools: ReadonlyArray<Frames.Listed>): Buffer =>
  from.chance(20)
    ? Buffer.from(JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: from.pick(["2025-11-25", "2026-07-28", text(from)]),
        capabilities: {},
        clientInfo: { name: "x", version: "1" }
      }
    }))
    : Frames.line(from, tools)

/** Makes one request. */
export const request = (from: Source, tools: ReadonlyArray<Frames.Listed>): Buffer => {
  const body = from.chance(80) ? bodyOf(from, tools) : Buffer.alloc(0)
  const line = [from.pick(methods), from.pick(targets), from.pick(versions)].join(from.chance(97) ? " " : "\t")
  const headers = [
    ...from.chance(95) ? [["host", from.chance(70) ? "localhost" : from.pick(hosts)]] : [],
    ...from.chance(80) ? [["accept", "application/json, text/event-stream"], ["content-type", "application/json"]] : [],
    ...from.chance(85) ? [["content-length", String(from.chance(90) ? body.length : from.int(300))]] : [],
    ...Array.from({ length: from.chance(40) ? 1 + from.int(4) : 0 }, () => [from.pick(names), from.pick(values)])
  ]
  const head = [line, ...headers.map(([name, value]) => `${name}: ${value}`), "", ""].join(
    from.chance(97) ? "\r\n" : "\n"
  )
  const whole = Buffer.concat([Buffer.from(head, "latin1"), body])
  if (from.chance(90)) return whole
  const at = from.int(whole.length + 1)
  return from.chance(50)
    ? whole.subarray(0, at)
    : Buffer.concat([whole.subarray(0, at), Buffer.from([from.int(256), from.int(256)]), whole.subarray(at)])
}
