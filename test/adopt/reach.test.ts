/** What happens where an SDK hides its parts elsewhere, and on servers that are none. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import { describe, expect, it } from "vitest"
import * as z from "zod"
import { takeStderr } from "../support/stderr.ts"
import { type Generation, generations } from "./generations.ts"
import { raw, text } from "./shop.ts"

takeStderr()

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
    expect(report.wrapped).toEqual([{ kind: "resource", name: "shop://bad" }])
    expect(report.schemas).toEqual(["throws"])
    expect(report.unreachable).toEqual([{
      what: "the handlers of tools",
      why: "The server has no executeToolHandler."
    }])
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
      why: "The server has no _requestHandlers."
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
    expect(report.unreachable.map(({ what }) => what)).toEqual(["the handlers of tools"])
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
