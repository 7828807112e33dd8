/**
 * Makes lines that a client of an MCP server might send, and many that none would.
 */
import { type Source, text } from "../core/support/arbitraries.ts"

/** A tool as its server lists it. */
export interface Listed {
  readonly name: string
  readonly inputSchema: {
    readonly properties?: { readonly [name: string]: { readonly enum?: ReadonlyArray<unknown> } }
  }
}

type Make = (from: Source) => unknown

const methods = [
  "initialize",
  "ping",
  "tools/list",
  "tools/call",
  "tools/run",
  "prompts/list",
  "prompts/get",
  "resources/list",
  "resources/read",
  "resources/subscribe",
  "completion/complete",
  "logging/setLevel",
  "tasks/get",
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
  "notifications/roots/list_changed",
  "__proto__",
  ""
]

const values: ReadonlyArray<Make> = [
  text,
  (from) => from.pick([0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, 7, 100]),
  (from) => from.pick([true, false, null]),
  (from) => from.pick(["../../etc/passwd", "/etc/passwd", ".", "data/orders.csv", "a\0b", "%2e%2e", "//", "\\\\x"]),
  (from) => from.pick(["London", "text", "html", "analyze", "annual-report.md", "/v1/current?location=Paris"]),
  (from) => Array.from({ length: from.int(4) }, () => value(from)),
  (from) => Object.fromEntries(Array.from({ length: from.int(4) }, () => [name(from), value(from)])),
  (from) => nested(from.int(2_000)),
  (from) => "x".repeat(from.int(20_000))
]

const nested = (depth: number): unknown => {
  let inner: unknown = 1
  for (let i = 0; i < depth; i++) inner = [inner]
  return inner
}

const value = (from: Source): unknown => from.pick(values)(from)

const name = (from: Source): string =>
  from.pick(["path", "query", "document_id", "__proto__", "constructor", "toString", "", "a.b", text(from)])

const id: Make = (from) =>
  from.chance(70)
    ? 1_000_000 + from.int(1_000_000)
    : from.pick([null, "a", "", -1, 1.5, 0, true, {}, [], "x".repeat(5_000), "\u2028"])

const args = (from: Source, tool: Listed): unknown => {
  if (from.chance(10)) return value(from)
  const properties = Object.entries(tool.inputSchema.properties ?? {}).filter(() => from.chance(80))
  return Object.fromEntries([
    ...properties.map(([name, schema]) => [
      name,
      schema.enum !== undefined && from.chance(70) ? from.pick(schema.enum) : value(from)
    ]),
    ...from.chance(10) ? [[name(from), value(from)]] : []
  ])
}

const call = (from: Source, tools: ReadonlyArray<Listed>): object => {
  const tool = from.pick(tools)
  return {
    name: from.chance(90) ? tool.name : value(from),
    arguments: args(from, tool),
    ...from.chance(20) ? { _meta: from.chance(50) ? { progressToken: id(from) } : value(from) } : {}
  }
}

const message = (from: Source, tools: ReadonlyArray<Listed>): object => {
  const method = from.chance(60) ? "tools/call" : from.chance(90) ? from.pick(methods) : value(from)
  const isNotification = typeof method === "string" && method.startsWith("notifications/")
  return {
    jsonrpc: from.chance(97) ? "2.0" : value(from),
    ...isNotification && from.chance(90) ? {} : { id: id(from) },
    method,
    ...from.chance(90)
      ? { params: method === "tools/call" && from.chance(95) ? call(from, tools) : paramsOf(from, method) }
      : {}
  }
}

const paramsOf = (from: Source, method: unknown): unknown =>
  method === "notifications/cancelled" ? { requestId: id(from), reason: value(from) } : value(from)

/** Damages a line: bytes, cuts, doublings. */
const damage = (from: Source, line: Buffer): Buffer => {
  const at = from.int(line.length + 1)
  switch (from.int(5)) {
    case 0:
      return line.subarray(0, at)
    case 1:
      return Buffer.concat([line.subarray(0, at), Buffer.from([from.int(256)]), line.subarray(at)])
    case 2:
      return Buffer.concat([line, line])
    case 3:
      return Buffer.concat([line.subarray(at), line.subarray(0, at)])
    default:
      return Buffer.from(line.map((byte) => from.chance(2) ? from.int(256) : byte))
  }
}

const answers: Make = (from) => ({
  jsonrpc: "2.0",
  id: id(from),
  ...from.pick([{ result: {} }, { error: value(from) }, {}])
})

/** Makes one line, its end included. */
export const line = (from: Source, tools: ReadonlyArray<Listed>): Buffer => {
  const kind = from.int(100)
  const json = kind < 75
    ? message(from, tools)
    : kind < 80
    ? answers(from)
    : kind < 85
    ? Array.from({ length: from.int(5) }, () => message(from, tools))
    : kind < 90
    ? value(from)
    : message(from, tools)
  const whole = Buffer.from(JSON.stringify(json) ?? "")
  return Buffer.concat([kind >= 90 ? damage(from, whole) : whole, Buffer.from(from.pick(["\n", "\n", "\r\n", "\n\n"]))])
}
