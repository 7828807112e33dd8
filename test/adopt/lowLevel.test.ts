/** Servers without an `McpServer`: one handler answers for every tool. */
import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import { adoptServer, type Options } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Schemas from "@modelcontextprotocol/sdk/types.js"
import { describe, expect, it } from "vitest"
import * as z from "zod"
import { type CallResult, type Generation, generations } from "./generations.ts"
import { recordLog } from "./recordLog.ts"
import { raw, text } from "./shop.ts"

const lines = recordLog()

const schemas: { readonly [method: string]: unknown } = {
  "tools/list": Schemas.ListToolsRequestSchema,
  "tools/call": Schemas.CallToolRequestSchema,
  "resources/read": Schemas.ReadResourceRequestSchema
}

const order = z.object({ item: z.string(), quantity: z.number() })

const behaviours: { readonly [name: string]: (args: unknown) => unknown } = {
  works: () => text("fine"),
  throws: () => {
    throw raw()
  },
  refuses: () => {
    throw Object.assign(new Error("MCP error -32602: item is not sold"), { name: "McpError", code: -32602 })
  },
  parses: (args) => text(order.parse(args).item),
  returns: () => ({ ...text("It failed"), isError: true }),
  nonsense: () => ({ content: [{ type: "text" }] })
}

const make = ({ major, makeLowLevel }: Generation) => {
  const server = makeLowLevel({ capabilities: { tools: {}, resources: {} } })
  const handle = (method: string, handler: (request: { params: Record<string, unknown> }) => unknown) =>
    server.setRequestHandler(major === 1 ? schemas[method] : method, handler)
  handle("tools/list", () => ({
    tools: Object.keys(behaviours).map((name) => ({ name, inputSchema: { type: "object" } }))
  }))
  handle("tools/call", async ({ params }) => {
    const behaviour = behaviours[params["name"] as string]
    if (behaviour === undefined) throw new Error(`Unknown tool: ${String(params["name"])}`)
    return behaviour(params["arguments"])
  })
  return { server, handle }
}

const classify: Options["classify"] = (failure) =>
  failure instanceof z.ZodError
    ? new Errors.InvalidArguments({ issues: Issue.fromStandardIssues(failure.issues, { value: {} }) })
    : undefined

const problem = (result: CallResult) => Meta.problem(result._meta)

describe.each(generations)("$name", (generation) => {
  it("folds what the only handler throws", async () => {
    const { server } = make(generation)
    const report = adoptServer(server, { classify })
    expect(report).toEqual({
      wrapped: [{ kind: "method", name: "tools/list" }, { kind: "method", name: "tools/call" }],
      schemas: [],
      unreachable: [{
        what: "the schemas of tools",
        why: "A low-level server checks arguments in its own handler."
      }]
    })
    const client = await generation.connect(server)
    expect((await client.call("works")).content).toEqual(text("fine").content)
    const thrown = await client.call("throws")
    expect(problem(thrown)?.type).toBe("processing_error")
    expect(JSON.stringify(thrown)).not.toContain("hunter2")
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ tool: "throws", reference_id: problem(thrown)?.reference_id })
    expect(problem(await client.call("refuses"))).toMatchObject({ category: "validation", message: "item is not sold" })
    const parsed = problem(await client.call("parses", { item: 3 }))
    expect(parsed?.issues?.map((issue) => issue.path)).toEqual([["item"], ["quantity"]])
    expect(problem(await client.call("returns"))?.message).toBe("It failed")
    expect(problem(await client.call("nonsense"))?.type).toBe("internal_error")
    await client.close()
  })

  it("refuses tools that are not listed", async () => {
    const { server } = make(generation)
    adoptServer(server)
    const client = await generation.connect(server)
    const error = await client.call("work").catch((error: unknown) => error as { code: number; message: string })
    expect(error).toMatchObject({
      code: -32602,
      message: expect.stringMatching(/Unknown tool "work"\. Did you mean works\?$/)
    })
    await client.close()
  })

  it("keeps the words of a handler that returns that a tool is not there, and names what is near", async () => {
    const { handle, server } = make(generation)
    handle("tools/call", () => ({ ...text("No tool work here"), isError: true }))
    adoptServer(server)
    const client = await generation.connect(server)
    const result = await client.call("work")
    expect(result.isError).toBe(true)
    expect(result.content[0]?.text?.split("\n").slice(0, -1)).toEqual([
      "No tool work here",
      "Error: processing_error (permanent).",
      "Did you mean: works?"
    ])
    expect((await client.call("works")).content[0]?.text).not.toContain("Did you mean")
    await client.close()
  })

  it("looks for a tool on every page of the listing", async () => {
    const { handle, server } = make(generation)
    const page = (name: string, more: object) => ({ tools: [{ name, inputSchema: { type: "object" } }], ...more })
    handle(
      "tools/list",
      ({ params = {} }: { params?: Record<string, unknown> }) =>
        params["cursor"] === "2" ? page("throws", {}) : page("works", { nextCursor: "2" })
    )
    adoptServer(server)
    const client = await generation.connect(server)
    expect(problem(await client.call("throws"))?.type).toBe("processing_error")
    await expect(client.call("throw")).rejects.toMatchObject({ message: expect.stringContaining("throws") })
    await client.close()
  })

  it("reads from the listing whether a call may be repeated, asked once where no client asked", async () => {
    for (
      const [annotations, asks] of [[{ readOnlyHint: true }, false], [{ readOnlyHint: true }, true], [
        {},
        false
      ]] as const
    ) {
      const { handle, server } = make(generation)
      let listed = 0
      handle("tools/list", () => {
        listed++
        return { tools: [{ name: "reads", inputSchema: { type: "object" }, annotations }] }
      })
      handle("tools/call", () => {
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
      })
      adoptServer(server)
      const client = await generation.connect(server)
      if (asks) await client.listTools()
      listed = 0
      const isRead = "readOnlyHint" in annotations
      for (let i = 0; i < 2; i++) {
        expect(problem(await client.call("reads"))).toMatchObject({
          type: "unavailable",
          retry: isRead ? { should_retry: true } : { should_retry: false, reason: "undeclared_safety" }
        })
      }
      expect(listed).toBe(asks ? 0 : 1)
      await client.close()
    }
  })

  it("takes no answer back in shadow mode", async () => {
    const { handle, server } = make(generation)
    handle("tools/call", () => behaviours["returns"]!({}))
    adoptServer(server, { mode: "shadow" })
    const client = await generation.connect(server)
    expect(await client.call("unlisted")).toMatchObject(text("It failed"))
    await client.close()
  })

  it("does not look for a tool for ever", async () => {
    const { handle, server } = make(generation)
    let pages = 0
    handle("tools/list", () => ({ tools: [], nextCursor: String(++pages) }))
    adoptServer(server)
    const client = await generation.connect(server)
    expect(problem(await client.call("throws"))?.type).toBe("processing_error")
    expect(pages).toBe(100)
    await client.close()
  })

  it("cuts names that nobody chose", async () => {
    const { server } = make(generation)
    adoptServer(server)
    const client = await generation.connect(server)
    await client.call("x".repeat(100_000)).catch(() => undefined)
    expect((JSON.parse(lines[0]!) as { tool: string }).tool).toBe("x".repeat(200))
    await client.close()
  })

  it("guards what is set later", async () => {
    const { handle, server } = make(generation)
    adoptServer(server)
    handle("resources/read", () => {
      throw raw()
    })
    handle("tools/call", () => {
      throw raw()
    })
    const client = await generation.connect(server)
    expect(problem(await client.call("works"))?.type).toBe("processing_error")
    const error = await client.request("resources/read", { uri: "shop://x" }).catch((error: unknown) => error as Error)
    expect((error as Error).message).toMatch(
      /connect to postgres:\/\/\[redacted\]@\[address\]\/orders failed in \[path\]\. Reference: [0-9a-f]{8}$/
    )
    await client.close()
  })

  it("changes nothing in shadow mode", async () => {
    const { server } = make(generation)
    adoptServer(server, { mode: "shadow" })
    const shadowed = await generation.connect(server)
    const plain = await generation.connect(make(generation).server)
    for (const name of [...Object.keys(behaviours), "work"]) {
      const [is, was] = await Promise.all(
        [shadowed, plain].map((client) =>
          client.call(name).catch(({ code, message }: { code: unknown; message: unknown }) => ({ code, message }))
        )
      )
      expect([name, is]).toEqual([name, was])
    }
    expect(lines.map((line) => (JSON.parse(line) as { tool: string }).tool)).toEqual([
      "throws",
      "refuses",
      "parses",
      "returns",
      "nonsense",
      "work"
    ])
    await Promise.all([shadowed.close(), plain.close()])
  })
})
