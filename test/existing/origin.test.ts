/** Whose an error is, where an application has its own idea of stacks; and how much of its author's words is kept. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import { type HandlerOptions, wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"
import { info } from "./clients.ts"

const quiet: HandlerOptions = { name: "it", logsCalls: false }

const withHook = async <A>(hook: unknown, run: () => Promise<A> | A): Promise<A> => {
  const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace")
  const restore = takeStderr()
  Object.assign(Error, { prepareStackTrace: hook })
  try {
    return await run()
  } finally {
    restore()
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace")
    else Object.defineProperty(Error, "prepareStackTrace", before)
  }
}

const hooks: { readonly [name: string]: unknown } = {
  "call sites": (_: unknown, sites: unknown) => sites,
  nothing: () => undefined,
  "a number": () => 7,
  "a list of anything": () => [null, 1, {}],
  "an exception": () => {
    throw new Error("hook")
  }
}

describe.each(Object.keys(hooks))("a hook that makes of stacks %s", (name) => {
  it("keeps nobody from wrapping, adopting and calling", async () => {
    const lines = await withHook(hooks[name], async () => {
      const report = adoptServer(new McpServer(info), quiet)
      expect(report.unreachable).toEqual([])
      const handler = wrapHandler(async (_args: object, _context?: unknown) => {
        throw new Error("No such order")
      }, quiet)
      const [block] = (await handler({}, {})).content
      return block?.type === "text" ? block.text.split("\n") : []
    })
    // who an error is from can still be read from call sites
    expect(lines[0]).toBe(name === "call sites" ? "No such order." : "The tool failed unexpectedly.")
  })
})

describe("words of an author", () => {
  const reply = async (message: string, options: HandlerOptions = quiet) => {
    const restore = takeStderr()
    try {
      const result = await wrapHandler(async (_args: object, _context?: unknown) => {
        throw new Error(message)
      }, options)({}, {})
      const [block] = result.content
      return { text: block?.type === "text" ? block.text : "", message: Meta.problem(result._meta)?.message }
    } finally {
      restore()
    }
  }
  const long = `Valid options are: ${Array.from({ length: 300 }, (_, i) => `option${i}`).join(", ")}`

  it("are all there, the rest of a long line below the first two", async () => {
    expect(long.length).toBeGreaterThan(3_000)
    const { text } = await reply(long)
    expect(
      text.split("\n").filter((line) => !/^(?:Error|Reference): /.test(line)).join(" ").replace(" …. | …", "").replace(
        " … | …",
        ""
      )
    )
      .toBe(long)
  })

  it("are cut in the middle where they are longer than a reply may be", async () => {
    const { text } = await reply(`${long}, ${"word ".repeat(40_000)}the end`)
    expect(text.length).toBeLessThanOrEqual(4_000)
    expect(text).toMatch(/characters left out\]\n[^]*the end\nReference: /)
  })
})
