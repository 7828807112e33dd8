/** What happens where an SDK hides its parts elsewhere, and on servers that are none. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import { describe, expect, it } from "vitest"
import * as z from "zod"
import { takeStderr } from "../support/stderr.ts"
import { type Generation, generations } from "./generations.ts"
import { raw, text } from "./shop.ts"

const lines: Array<string> = []
takeStderr((line) => lines.push(line))

const some = ({ make }: Generation) => {
  const server = make()
  server.registerTool("throws", { inputSchema: z.object({ n: z.number().optional() }) }, async () => {
    throw raw()
  })
  server.registerTool("works", {}, async () => text("fine"))
  server.registerResource("bad", "shop://bad", {}, async () => {
    throw raw()
  })
  return server
}

const hide = (owner: object, name: string) => Object.defineProperty(owner, name, { value: undefined, writable: true })

describe.each(generations)("$name", (generation) => {
  it("goes without what runs the handlers", async () => {
    const server = some(generation)
    const original =
      (server as unknown as Record<string, (...args: ReadonlyArray<unknown>) => unknown>)["executeToolHandler"]!
    hide(server, "executeToolHandler")
    const report = adoptServer(server)
    const isCallback = generation.major === 1 // they are wrapped one by one
    expect(report.wrapped).toEqual([
      ...isCallback ? [{ kind: "tool", name: "throws" }, { kind: "tool", name: "works" }] : [],
      { kind: "resource", name: "shop://bad" }
    ])
    expect(report.schemas).toEqual(["throws"])
    expect(report.unreachable).toEqual(
      isCallback ? [] : [{
        what: "the handlers of tools",
        why: "The server has no executeToolHandler.",
        instead: "Put wrapHandler around each handler."
      }]
    )
    Object.assign(server, { executeToolHandler: original })
    const client = await generation.connect(server)
    expect((await client.call("works")).content[0]?.text).toBe("fine")
    expect(Meta.problem((await client.call("throws", { n: "1" }))._meta)?.type).toBe("invalid_arguments")
    expect(Meta.problem((await client.call("throws", { n: 1 }))._meta)?.type).toBe("processing_error")
    await client.close()
  })

  it("goes without the handlers of requests", async () => {
    const server = some(generation)
    const inner = server.server as unknown as { _requestHandlers: unknown }
    const original = inner._requestHandlers
    hide(inner, "_requestHandlers")
    const report = adoptServer(server)
    expect(report.wrapped).toEqual([{ kind: "tool", name: "throws" }, { kind: "tool", name: "works" }])
    expect(report.schemas).toEqual([])
    expect(report.unreachable).toEqual([{
      what: "arguments, results, unknown tools, resources, prompts",
      why: "The server has no _requestHandlers.",
      instead: expect.stringMatching(/^Put wrapHandler around each handler/)
    }])
    inner._requestHandlers = original
    const client = await generation.connect(server)
    expect(Meta.problem((await client.call("throws"))._meta)?.type).toBe("processing_error")
    expect((await client.call("works")).content[0]?.text).toBe("fine")
    await client.close()
  })

  it("goes without the names", async () => {
    const server = some(generation)
    const names = Object.assign({}, server) as unknown as { readonly [name: string]: unknown }
    for (
      const name of ["_registeredTools", "_registeredResources", "_registeredResourceTemplates", "_registeredPrompts"]
    ) {
      hide(server, name)
    }
    const report = adoptServer(server)
    expect(report.wrapped).toEqual([])
    expect(report.schemas).toEqual([])
    expect(report.unreachable.map(({ why }) => why)).toEqual([
      "The server has no _registeredTools.",
      "The server has no _registeredResources.",
      "The server has no _registeredResourceTemplates.",
      "The server has no _registeredPrompts."
    ])
    Object.assign(server, names)
    const client = await generation.connect(server)
    expect((await client.call("works")).content[0]?.text).toBe("fine")
    expect(Meta.problem((await client.call("throws"))._meta)?.type).toBe("processing_error")
    await client.close()
  })

  it("goes without anything on a server that is frozen", async () => {
    const server = some(generation)
    Object.freeze(server)
    const report = adoptServer(server)
    expect(report.unreachable.map(({ what }) => what)).toEqual(generation.major === 1 ? [] : ["the handlers of tools"])
    const client = await generation.connect(server)
    expect((await client.call("works")).content[0]?.text).toBe("fine")
    await client.close()
  })
})

it.each([
  ["an empty object", {}],
  ["a function", () => undefined],
  [
    "a proxy that throws",
    new Proxy({}, {
      get: () => {
        throw new Error("no")
      }
    })
  ],
  ["nothing", undefined],
  ["null", null],
  ["a number", 7],
  ["something that holds a server which is none", { server: {} }]
])("reports of %s that it is no server", (_, server) => {
  const report = adoptServer(server as never)
  expect([report.wrapped, report.schemas]).toEqual([[], []])
  expect(report.unreachable.length).toBeGreaterThan(0)
})

describe("what stays as it was", () => {
  const framework = () => ({ addTool: () => undefined, sessions: [] })

  it.each([
    ["a framework that holds one", { name: "x", mcp: generations[1]!.make() }, "Pass its property mcp."],
    ["a framework that holds a low-level one", { core: generations[3]!.makeLowLevel() }, "Pass its property core."],
    [
      "a framework with a server for each session",
      framework(),
      `It has a server for each session: pass the server of each, for example framework.on("connect", ({ session }) => adoptServer(session.server)).`
    ],
    ["anything else", { name: "x" }, "Pass the McpServer or the Server of an SDK."]
  ])("is told of %s, with what to pass", (_, server, instead) => {
    expect(adoptServer(server as never)).toEqual({
      wrapped: [],
      schemas: [],
      unreachable: [{ what: "the server", why: "It is not a server of either SDK.", instead }]
    })
  })

  it("is warned of on stderr, once for each reason", () => {
    const warnings = () => lines.map((line) => JSON.parse(line) as { level: string; why: string; instead: string })
    lines.length = 0
    for (let i = 0; i < 3; i++) {
      const server = some(generations[3]!)
      for (const name of ["executeToolHandler", "_registeredPrompts"]) hide(server, name)
      adoptServer(server)
      adoptServer(framework() as never)
    }
    // other tests of this file may have told of it already
    expect(warnings().length).toBeLessThanOrEqual(3)
    const server = some(generations[3]!)
    hide(server.server, "_requestHandlers")
    adoptServer(server)
    adoptServer(server)
    expect(new Set(warnings().map(({ why }) => why)).size).toBe(warnings().length)
  })

  it("is not warned of where nothing need be done", () => {
    lines.length = 0
    const server = some(generations[1]!)
    adoptServer(server)
    expect(adoptServer(server).unreachable).toEqual([{ what: "the server", why: "The server is already adopted." }])
    adoptServer(generations[1]!.makeLowLevel({ capabilities: { tools: {} } }))
    expect(lines).toEqual([])
  })
})
