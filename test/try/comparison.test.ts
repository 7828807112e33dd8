/** What a comparison tells is safe to be shared, and is what would be said. */
import * as Comparison from "@errata/mcp-adapter/Comparison"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"

const handle = async (
  handler: (args: { [name: string]: unknown }) => unknown,
  args: { [name: string]: unknown } = {},
  options: object = {}
) => {
  const comparison = Comparison.make()
  await wrapHandler(handler, { name: "tool", mode: "shadow", comparison, ...options })(args).catch(() => undefined)
  await comparison.settled()
  return comparison.entries()[0]!
}

const throwing = (words: string) => () => {
  throw new Error(words)
}

describe("today's sentence", () => {
  it.each([
    ["a secret", "token=hunter2hunter2 was refused", "token=[redacted] was refused", ["a secret"]],
    ["credentials", "no route to shop:hunter2@db", "no route to [redacted]@db", ["a secret"]],
    ["a path", "No /srv/shop/stock.db", "No [path]", ["a path"]],
    ["an address", "connect 10.0.0.5:5432", "connect [address]", ["an address"]],
    ["a host", "no db.internal", "no [host]", ["a host"]],
    ["an email", "ada@example.org is no customer", "[email] is no customer", []],
    ["nothing", "Order 7 was cancelled", "Order 7 was cancelled", []]
  ])("is without %s", async (_, words, today, hides) => {
    expect(await handle(throwing(words))).toMatchObject({ hides, examples: [{ today }] })
  })

  it("is without a stack, and without SQL", async () => {
    const stack = await handle(throwing("It failed\n    at load (/srv/shop/db.js:3:4)"))
    expect(stack.examples[0]?.today).toBe("It failed")
    expect(stack.hides).toEqual(["a stack"])
    const sql = await handle(throwing("Failed: select card from customers where id = 1"))
    expect(sql.examples[0]?.today).not.toContain("customers")
  })

  it("is without what users sent, at any depth, on any line", async () => {
    const args = { item: "pen", by: { name: "Ada Lovelace", tags: ["first\nlast"] }, mode: "all" }
    const { examples } = await handle(
      throwing("No pen, pencil or (pen) for Ada Lovelace: first\nlast; shall all"),
      args
    )
    expect(examples[0]?.today).toBe("No <item>, pencil or (<item>) for <name>: <tags>; shall <mode>")
    expect(examples[0]?.tomorrow?.split("\n")[0]).not.toMatch(/Lovelace|first/)
  })

  it("counts as one kind what differs only in what users sent", async () => {
    const comparison = Comparison.make()
    const options = { name: "tool", mode: "shadow", comparison } as const
    const returns = wrapHandler(async ({ id }: { id: string }) => ({
      isError: true,
      content: [{ type: "text", text: `No order ${id} since 12:04:${id.length}` }]
    }), options)
    for (const id of ["abc", "defg", "xyz"]) await returns({ id })
    expect(comparison.entries()).toMatchObject([{ count: 3, kind: "returned" }])
  })

  it("is as long as can be read", async () => {
    const { examples } = await handle(throwing("word ".repeat(100_000)))
    expect(examples[0]!.today.length).toBeLessThanOrEqual(600)
    expect(examples[0]!.tomorrow!.length).toBeLessThanOrEqual(600)
  })
})

describe("tomorrow's sentence", () => {
  it("is what the same options would have answered", async () => {
    for (const expose of ["own", "declared"] as const) {
      const handler: (args: object) => never = throwing("Order 7 was cancelled")
      const enforced = await wrapHandler(handler, { name: "tool", expose, logsCalls: false })({})
      const [block] = enforced.content
      const { examples } = await handle(handler, {}, { expose })
      expect(`${examples[0]?.tomorrow}\nReference: `).toBe(
        (block?.type === "text" ? block.text : "").replace(/[0-9a-f]{8}$/, "")
      )
    }
  })

  it("is tried without a line in the log, and without `MCP_DEBUG`", async () => {
    const lines: Array<string> = []
    const restore = takeStderr((line) => lines.push(line))
    const { examples } = await handle(
      () => {
        throw new TypeError("x is no function")
      },
      {},
      { isDebugging: true, logsCalls: true }
    )
    expect(examples[0]?.tomorrow).not.toContain("no function")
    restore()
    expect(lines).toEqual([])
  })

  it("hears a classifier that throws, and shows what would be said then", async () => {
    const { becomes } = await handle(throwing("x"), {}, {
      classify: () => {
        throw new Error("broken")
      }
    })
    expect(becomes).toBe("kept")
  })
})

it("changes nothing: neither what is returned, nor what is thrown, nor the context", async () => {
  const context = { signal: new AbortController().signal, sendNotification: () => Promise.resolve() }
  const heard: Array<unknown> = []
  const handler = wrapHandler((_: object, extra: unknown) => {
    heard.push(extra)
    return { some: "thing" }
  }, { mode: "shadow", comparison: Comparison.make() })
  expect(await handler({}, context)).toEqual({ some: "thing" })
  expect(heard[0]).toBe(context)
})
