/** A parse that failed in a handler: of its arguments, or of what something else sent. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import * as z from "zod"
import { takeStderr } from "../support/stderr.ts"
import { connect1, info } from "./clients.ts"

let restore = () => {}
beforeEach(() => {
  restore = takeStderr()
})
afterEach(() => restore())

type Args = Record<string, unknown>
const later = () => new Promise((resolve) => setTimeout(resolve, 1))

const told = async (handler: (args: Args) => unknown, args: Args) => {
  const wrapped = wrapHandler(async (args: Args, _context?: unknown) => handler(args), { name: "it", logsCalls: false })
  const problem = Meta.problem((await wrapped(args, {}))._meta)
  return problem?.issues?.map(({ path }) => path.join(".")) ?? problem?.type
}

const Order = z.object({
  id: z.string().min(2).max(4),
  n: z.number().min(1).max(5),
  how: z.enum(["a", "b"]).optional()
})

describe("a parse of the arguments is told issue by issue", () => {
  it.each<readonly [Args, unknown]>([
    [{ id: "12" }, ["n"]],
    [{}, ["id", "n"]],
    [{ id: 12 }, ["id", "n"]],
    [{ id: "12", n: "x" }, ["n"]],
    [{ id: "12", n: null }, ["n"]],
    [{ id: "1", n: 9 }, ["id", "n"]],
    [{ id: "12345", n: 0 }, ["id", "n"]],
    [{ id: "12", n: 1, how: "c" }, ["how"]]
  ])("%j", async (args, expected) => {
    expect(await told((args) => Order.parse(args), args)).toEqual(expected)
  })

  it("also in a function that the handler calls, and after it waited where the values are there", async () => {
    const check = (args: Args) => Order.parse(args)
    expect(await told((args) => [1].map(() => check(args)), { id: "12" })).toEqual(["n"])
    expect(
      await told(async (args) => {
        await later()
        return Order.parse(args)
      }, { id: 7, n: "x" })
    ).toEqual(["id", "n"])
  })

  it("of what is nested, and of keys that nobody knows", async () => {
    const Nested = z.object({ by: z.object({ name: z.string() }) })
    expect(await told((args) => Nested.parse(args), { by: {} })).toEqual(["by.name"])
    expect(await told((args) => z.strictObject({ a: z.number() }).parse(args), { a: 1, b: 2 })).toEqual(["b"])
  })
})

describe("a parse of anything else blames nobody who calls", () => {
  it.each<readonly [string, Args, unknown]>([
    ["a value of another kind", { id: "12" }, { id: 5, n: 1 }],
    ["a value that is missing here, and not there", { id: "12", n: 1 }, { id: "12" }],
    ["a value that is too great there, and not here", { id: "12", n: 2 }, { id: "12", n: 900 }],
    ["a text that is too long there, and not here", { id: "12", n: 2 }, { id: "12345", n: 2 }],
    ["a choice that is none there", { id: "12", n: 2, how: "a" }, { id: "12", n: 2, how: "z" }],
    ["one of the caller's and one of another", { id: 12, n: 1 }, { id: 12, n: "x" }]
  ])("%s", async (_, args, response) => {
    expect(await told(() => Order.parse(response), args)).toBe("internal_error")
  })

  it("nor what is missing in what arrived later", async () => {
    const response = async () => {
      await later()
      return {}
    }
    expect(await told(async () => Order.parse(await response()), { id: "12" })).toBe("internal_error")
    expect(await told(async () => Order.parse(await response()), {})).toBe("internal_error")
  })

  it("in an adopted server either", async () => {
    const server = new McpServer(info)
    server.registerTool("it", { inputSchema: { id: z.string(), n: z.any().optional() } }, async ({ id, n }) => {
      if (n === "mine") Order.parse({ id })
      Order.parse({ id: 5, n: 1 })
      return { content: [] }
    })
    adoptServer(server, { logsCalls: false })
    const client = await connect1(server)
    const problem = async (args: Args) => Meta.problem((await client.callTool({ name: "it", arguments: args }))._meta)
    expect((await problem({ id: "12" }))?.type).toBe("internal_error")
    expect((await problem({ id: "12", n: "mine" }))?.type).toBe("internal_error")
  })
})
