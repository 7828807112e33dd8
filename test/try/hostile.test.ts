/** No error, however it is made, ends a server that is tried, fills its memory, or gets into what is shared. */
import * as Comparison from "@errata/mcp-adapter/Comparison"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { existsSync, mkdtempSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { until } from "../wire/Wait.ts"
import { fixture, spawnShop, start } from "./Shop.ts"

const { hostile } = createRequire(import.meta.url)("./fixtures/tools.cjs") as {
  readonly hostile: ReadonlyArray<string>
}

const report = () => join(mkdtempSync(join(tmpdir(), "errata-try-")), "says.json")
const written = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Comparison.Written

it("answers what is thrown as it did", async () => {
  const path = report()
  const run = async (isTried: boolean) => {
    const shop = await start(fixture("shop.mjs"), { isTried, env: { ERRATA_TRY_REPORT: path } })
    for (const name of hostile) await shop.call(`hostile_${name}`)
    return shop.close()
  }
  const [plain, tried] = [await run(false), await run(true)]
  expect(tried.stdout).toBe(plain.stdout)
  expect([tried.code, tried.stderr]).toEqual([plain.code, plain.stderr])
  const { entries } = written(path)
  expect(entries.map(({ tool }) => tool)).toEqual(hostile.map((name) => `hostile_${name}`))
  const text = entries.flatMap(({ error, examples }) => [error, ...examples.flatMap((one) => Object.values(one))]).join(
    "\n"
  )
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  expect(text).not.toMatch(/hunter2|sk-live|\u001b/)
  expect(text).not.toContain("/etc/passwd:1")
  expect(text.length).toBeLessThan(20_000)
  expect(entries.find(({ tool }) => tool === "hostile_named")?.paste).toBeUndefined()
})

it("keeps counts and bounded memory of 100,000 different errors", async () => {
  const comparison = Comparison.make()
  let n = 0
  const floods = wrapHandler(async () => {
    const error = new Error(`Item ${++n} ${Math.sqrt(n)}`)
    throw n % 2 === 0 ? Object.defineProperty(error, "name", { value: `Kind${n}` }) : error
  }, { name: "floods", mode: "shadow", comparison })
  const returns = wrapHandler(async () => ({ isError: true, content: [{ type: "text", text: letters(++n) }] }), {
    name: "returns",
    mode: "shadow",
    comparison
  })
  for (let i = 0; i < 100_000; i++) await floods().catch(() => undefined)
  for (let i = 0; i < 10_000; i++) await returns()
  const { entries, failures, omitted } = Comparison.toJson(comparison)
  expect(failures).toBe(110_000)
  // half of the first are of a class of their own each
  expect(entries.find(({ error }) => error === "Error")?.count).toBe(50_000)
  expect(entries).toHaveLength(120)
  expect(omitted).toBe(50_000 - 59 + 10_000 - 60)
  expect(JSON.stringify(entries).length).toBeLessThan(100_000)
}, 240_000)

/** A word without digits, of which no two are alike. */
const letters = (n: number): string => String(n).replaceAll(/\d/g, (digit) => "abcdefghij"[Number(digit)]!)

it("is bounded whatever tools are called, too", () => {
  const comparison = Comparison.make()
  for (let i = 0; i < 2_000; i++) {
    comparison.add({
      tool: `tool ${i}`,
      kind: "thrown",
      error: "Error",
      shape: "",
      today: () => ({ words: "x", hides: [] }),
      tomorrow: () => Promise.reject(new Error("a trial that fails"))
    })
  }
  for (let i = 0; i < 2_000; i++) comparison.addUnseen(`sentence ${i}`)
  expect([comparison.entries().length, comparison.omitted(), comparison.unseen().length]).toEqual([500, 1_500, 50])
})

describe("other shapes of servers", () => {
  it("sees two servers in one process, a low-level one too, and no client", async () => {
    const path = report()
    const run = async (isTried: boolean) => {
      const shop = await start(fixture("lowLevel.mjs"), { isTried, env: { ERRATA_TRY_REPORT: path } })
      await shop.ask("tools/list")
      await shop.call("asks")
      await shop.call("ask")
      return shop.close()
    }
    const [plain, tried] = [await run(false), await run(true)]
    expect(tried.stdout).toBe(plain.stdout)
    expect(tried.stderr).toBe(plain.stderr)
    const { entries } = written(path)
    expect(entries.map(({ becomes, kind, tool }) => [tool, kind, becomes])).toEqual([
      ["deep", "thrown", "kept"],
      ["asks", "returned", "kept"],
      ["ask", "thrown", "classified"]
    ])
    expect(entries[2]?.examples[0]?.tomorrow).toBe(`Unknown tool "ask". Did you mean asks?`)
  })

  it("leaves a server alone that adopts itself, and says so", async () => {
    const path = report()
    const env = { ERRATA_TRY_REPORT: path, SHOP_ADOPTS: "1" }
    const shop = await start(fixture("shop.mjs"), { isTried: true, env })
    const { result } = await shop.call("says")
    await shop.close()
    expect(JSON.stringify(result).split("Reference: ")).toHaveLength(2)
    expect(written(path)).toMatchObject({ failures: 0, unseen: ["The server: The server is already adopted."] })
  })

  it("finds the McpServer whose server below is connected alone", async () => {
    const path = report()
    const env = { ERRATA_TRY_REPORT: path, SHOP_BELOW: "1" }
    const shop = await start(fixture("shop.mjs"), { isTried: true, env })
    await shop.call("says")
    await shop.close()
    expect(written(path).entries).toMatchObject([{ tool: "says", kind: "thrown", becomes: "kept" }])
  })

  it("counts in one comparison what a server says that is made for every request", async () => {
    const path = report()
    const shop = spawnShop(fixture("http.mjs"), { isTried: true, env: { ERRATA_TRY_REPORT: path } })
    const port = await until("the port", () => /port (\d+)/.exec(shop.stderr())?.[1])
    const call = async (name: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: {} } })
      })
      return await response.json() as {
        readonly result: { readonly content: ReadonlyArray<{ readonly text: string }> }
      }
    }
    for (let i = 0; i < 20; i++) {
      // what comes after a file was written is only counted, and is in it at the end
      if (i === 1) await until("the file", () => existsSync(path) && written(path).entries[0]?.becomes !== undefined)
      expect((await call("says")).result.content[0]?.text).toBe("Order 7 was cancelled, see /srv/shop/orders/7.json")
    }
    shop.child.kill("SIGTERM")
    expect((await shop.exit()).signal).toBe("SIGTERM")
    expect(written(path)).toMatchObject({ failures: 20, entries: [{ tool: "says", count: 20, becomes: "kept" }] })
  })
})
