/** Loops over real connections: who is one caller, and who is not known. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as EffectHost from "@errata/mcp-adapter/effect"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import { createMcpHandler, McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as Http from "./Http.ts"
import * as Transports from "./transports.ts"
import * as Wire from "./Wire.ts"

const silent = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())
const info = { name: "loops", version: "1.0.0" }

const get = Tool.make("get", {
  description: "Returns a user.",
  input: { id: Schema.String },
  output: { name: Schema.String },
  errors: [Errors.NotFound],
  safety: "read"
})

const tools = () => {
  const runs = { count: 0 }
  const handled = Tool.handle(get, ({ id }) =>
    Effect.suspend(() => {
      runs.count++
      return Effect.fail(new Errors.NotFound({ resource: "User", id }))
    }))
  return { handled: [handled], runs }
}

type Options = Pick<Handler.Options, "loops">

/** Makes servers that share what they are registered with, and counts what ran. */
const server1 = (options: Options) => {
  const { handled, runs } = tools()
  const add = SdkHost.prepare(handled, { runtime: silent, ...options })
  const make = () => {
    const server = new McpServer1(info)
    add(server)
    return server
  }
  return { make, runs }
}

const server2 = (options: Options) => {
  const { handled, runs } = tools()
  const add = ServerHost.prepare(handled, { runtime: silent, ...options })
  const make = () => {
    const server = new McpServer2(info)
    add(server)
    return server
  }
  return { make, runs }
}

const served = (options: Options): Transports.Served => ({
  info,
  registrations: EffectHost.layer(tools().handled, options),
  services: Layer.succeedContext(silent)
})

/** A stateless server: one for each request, without sessions. */
const stateless1 = (make: () => McpServer1): Wire.Open =>
  Http.open("2025-11-25", async (request, given) => {
    const transport = new WebStandardStreamableHTTPServerTransport()
    await make().connect(transport as Transport)
    return transport.handleRequest(request, given)
  }, async () => undefined)

const stateless2 = (make: () => McpServer2): Wire.Open => {
  const handler = createMcpHandler(make)
  return Http.open("2026-07-28", (request, given) => handler.fetch(request, given), async () => undefined)
}

const callOn = (wire: Wire.Wire) => async (id: string, client?: string) => {
  const asked = wire.ask("tools/call", { name: "get", arguments: { id } }, client === undefined ? {} : { client })
  const { result } = await wire.response(asked)
  const [block] = result!["content"] as ReadonlyArray<{ readonly text: string }>
  const note = Meta.call(result!["_meta"] as { readonly [key: string]: unknown } | undefined)
  return { count: note?.identical_failures, says: /This is the .*\.$/m.exec(block!.text)?.[0], note }
}

const connected: ReadonlyArray<readonly [name: string, open: (options: Options) => Wire.Open]> = [
  ["SDK 1.x in memory", (options) => Transports.inMemory1(server1(options).make)],
  ["SDK 1.x over HTTP with a session", (options) => Transports.http1(server1(options).make)],
  ["server 2.x in memory", (options) => Transports.inMemory2(server2(options).make)],
  ["effect over stdio, 2025-11-25", (options) => Transports.effect("2025-11-25", served(options))],
  ["effect over stdio, 2026-07-28", (options) => Transports.effect("2026-07-28", served(options))]
]

describe.each(connected)("%s", (_, open) => {
  it("is told of the third identical failure", async () => {
    const wire = await Wire.connect(open({}))
    const call = callOn(wire)
    try {
      for (const _ of [1, 2]) expect((await call("7")).says).toBeUndefined()
      const third = await call("7")
      expect(third.says).toMatch(/This is the third identical failure of this call\.$/)
      expect(third.count).toBe(3)
      expect((await call("8")).says).toBeUndefined()
    } finally {
      await wire.close()
    }
  })

  it("is told nothing where that is turned off", async () => {
    const wire = await Wire.connect(open({ loops: false }))
    const call = callOn(wire)
    try {
      for (let i = 0; i < 4; i++) expect(await call("7")).toEqual({})
    } finally {
      await wire.close()
    }
  })
})

const anonymous: ReadonlyArray<readonly [name: string, open: (options: Options) => Wire.Open, hasAccounts: boolean]> = [
  ["SDK 1.x", (options) => stateless1(server1(options).make), true],
  ["server 2.x", (options) => stateless2(server2(options).make), true],
  ["effect, 2025-11-25", (options) => Transports.effectHttp("2025-11-25", served(options)), false],
  ["effect, 2026-07-28", (options) => Transports.effectHttp("2026-07-28", served(options)), false]
]

describe.each(anonymous)("%s over HTTP without sessions", (_, open, hasAccounts) => {
  it("counts nobody who is unknown", async () => {
    const wire = await Wire.connect(open({ loops: { answers: true } }))
    const call = callOn(wire)
    try {
      for (let i = 0; i < 5; i++) expect((await call("7")).says).toBeUndefined()
    } finally {
      await wire.close()
    }
  })

  it.runIf(hasAccounts)("counts each account apart", async () => {
    const wire = await Wire.connect(open({}))
    const call = callOn(wire)
    try {
      for (const _ of [1, 2]) expect((await call("7", "ada")).says).toBeUndefined()
      expect((await call("7", "bob")).says).toBeUndefined()
      expect((await call("7", "ada")).count).toBe(3)
    } finally {
      await wire.close()
    }
  })
})

it.each([["SDK 1.x", server1], ["server 2.x", server2]] as const)(
  "on %s two connections to servers that were prepared together are two callers",
  async (name, prepare) => {
    const { make } = prepare({})
    const open = (name === "SDK 1.x" ? Transports.inMemory1 : Transports.inMemory2) as (make: unknown) => Wire.Open
    const wires = [await Wire.connect(open(make)), await Wire.connect(open(make))]
    const [one, other] = wires.map(callOn)
    for (const _ of [1, 2]) await one!("7")
    expect((await other!("7")).says).toBeUndefined()
    expect((await one!("7")).count).toBe(3)
    await Promise.all(wires.map((wire) => wire.close()))
  }
)

it.each([["SDK 1.x", server1], ["server 2.x", server2]] as const)(
  "on %s a looping call is answered without running, and others run",
  async (name, prepare) => {
    const { make, runs } = prepare({ loops: { answers: true } })
    const open = (name === "SDK 1.x" ? Transports.inMemory1 : Transports.inMemory2) as (make: unknown) => Wire.Open
    const wire = await Wire.connect(open(make))
    const call = callOn(wire)
    for (let i = 0; i < 3; i++) await call("7")
    const fourth = await call("7")
    expect(runs.count).toBe(3)
    expect(fourth.note).toMatchObject({ answered_without_running: true, attempts: 0, identical_failures: 4 })
    await call("8")
    await call("7")
    expect(runs.count).toBe(5)
    await wire.close()
  }
)

it("an adopted server is told only where that is asked for", async () => {
  for (const loops of [undefined, true]) {
    const server = new McpServer1(info)
    server.registerTool("get", { description: "d" }, async () => {
      throw new Error("No such user")
    })
    adoptServer(server, { loops, logsCalls: false })
    const wire = await Wire.connect(Transports.inMemory1(() => server))
    const call = callOn(wire)
    for (const _ of [1, 2]) expect((await call("7")).says).toBeUndefined()
    expect((await call("7")).count).toBe(loops === true ? 3 : undefined)
    await wire.close()
  }
})
