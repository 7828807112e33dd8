/** A server that is tried ends as it did, and the comparison comes whatever ends it. */
import type * as Comparison from "@errata/mcp-adapter/Comparison"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { until } from "../wire/Wait.ts"
import { type Ended, fixture, type Shop, spawnShop, start } from "./Shop.ts"

const folder = () => mkdtempSync(join(tmpdir(), "errata-try-"))
const written = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Comparison.Written

/** What a process that was tried says more than one that was not. */
const more = (tried: Ended): string => tried.stderr.slice(tried.stderr.indexOf("\nerrata try: "))

const ways: { readonly [way: string]: (shop: Shop) => unknown } = {
  "its input closes": ({ child }) => child.stdin.end(),
  "SIGTERM comes": ({ child }) => child.kill("SIGTERM"),
  "SIGINT comes": ({ child }) => child.kill("SIGINT"),
  "SIGHUP comes": ({ child }) => child.kill("SIGHUP"),
  "it exits inside a handler": ({ call }) => call("quits"),
  "it crashes": ({ call }) => call("crashes")
}

describe.each(Object.entries(ways))("when %s", (_, end) => {
  it.each(["shop.mjs", "shop.cjs"])("it ends as it did, and says what it saw: %s", async (entry) => {
    const run = async (isTried: boolean) => {
      const shop = await start(fixture(entry), { isTried })
      await shop.call("says")
      await end(shop)
      return shop.exit()
    }
    const [plain, tried] = await Promise.all([run(false), run(true)])
    expect([tried.code, tried.signal, tried.stdout]).toEqual([plain.code, plain.signal, plain.stdout])
    expect(more(tried)).toContain("1 failure of 1 kind")
    expect(more(tried)).toContain("- says: Error thrown at try/fixtures/tools.cjs:")
    expect(tried.stderr.split("errata try: ")).toHaveLength(2)
  })
})

it("leaves a server that ends in its own way to do so", async () => {
  const shop = await start(fixture("shop.mjs"), { isTried: true, env: { SHOP_GRACE: "1" } })
  await shop.call("says")
  shop.child.kill("SIGTERM")
  const { code, signal, stderr } = await shop.exit()
  expect([code, signal]).toEqual([0, null])
  expect(stderr).toContain("graceful\n")
  expect(stderr).toContain("1 failure of 1 kind")
})

it("ends a server that counts who listens", async () => {
  const shop = await start(fixture("shop.mjs"), { isTried: true, env: { SHOP_COUNTS: "1" } })
  await shop.call("says")
  shop.child.kill("SIGTERM")
  const { code, signal, stderr } = await shop.exit()
  expect([code, signal]).toEqual([null, "SIGTERM"])
  expect(stderr).toContain("1 failure of 1 kind")
})

it("says what it saw at SIGUSR2, and goes on", async () => {
  const shop = await start(fixture("shop.mjs"), { isTried: true })
  await shop.call("says")
  shop.child.kill("SIGUSR2")
  await until("the comparison", () => shop.stderr().includes("adoptServer(server)"))
  expect((await shop.call("works")).result).toEqual({ content: [{ type: "text", text: "fine" }] })
  await shop.call("errs")
  const { stderr } = await shop.close()
  expect(stderr.split("errata try: ")).toHaveLength(3)
  expect(more({ stderr } as Ended)).toContain("1 failure of 1 kind")
  expect(stderr.split("errata try: ")[2]).toContain("2 failures of 2 kinds")
})

it("writes a file while the server runs, so that SIGKILL loses little", async () => {
  const path = join(folder(), "says-{pid}.json")
  const shop = await start(fixture("shop.mjs"), { isTried: true, env: { ERRATA_TRY_REPORT: path } })
  await shop.call("says")
  const file = path.replace("{pid}", String(shop.child.pid))
  await until("the file", () => existsSync(file) && written(file).entries[0]?.examples[0]?.tomorrow !== undefined)
  shop.child.kill("SIGKILL")
  await shop.exit()
  expect(written(file)).toMatchObject({ failures: 1, entries: [{ tool: "says", becomes: "kept" }] })
})

it("writes text into a file of another name, and nothing on stderr", async () => {
  const path = join(folder(), "says.txt")
  const shop = await start(fixture("shop.mjs"), { isTried: true, env: { ERRATA_TRY_REPORT: path } })
  for (const tool of ["says", "connects", "refuses", "adds"]) await shop.call(tool)
  expect((await shop.close()).stderr).toBe("")
  const text = readFileSync(path, "utf8")
  expect(text.split("\n\n").map((part) => part.split("\n", 1)[0])).toEqual([
    "4 failures of 4 kinds: what models read today, and what they would read tomorrow.",
    "Masked: a bug, or the words of a package or a driver. The log has them",
    "Kept: the author's own words, with a type and a reference",
    "Classified: with a type, and whether to try again",
    "Arguments: issue by issue",
    "To adopt the server:",
    `import * as Errors from "@errata/core/Errors"`,
    "adoptServer(server, {"
  ])
  expect(text).toContain(
    "  today:      Order 7 was cancelled, see [path]\n  tomorrow:   Order 7 was cancelled, see [path].\n              Error: processing_error"
  )
})

it("loses no reply where the file cannot be written, and says so once", async () => {
  const env = { ERRATA_TRY_REPORT: join(folder(), "no", "such", "folder.json") }
  const shop = await start(fixture("shop.mjs"), { isTried: true, env })
  await shop.call("says")
  const { code, stderr } = await shop.close()
  expect(code).toBe(0)
  expect(stderr).toBe("errata try: the comparison could not be written (ENOENT).\n")
})

it("ends though nobody reads its stderr", async () => {
  const shop = await start(fixture("shop.mjs"), { isTried: true })
  for (const tool of ["says", "errs"]) await shop.call(tool)
  shop.child.stderr.destroy()
  expect((await shop.close()).code).toBe(0)
})

describe("switches", () => {
  it("is off where that is said", async () => {
    const shop = await start(fixture("shop.mjs"), { isTried: true, env: { ERRATA_TRY: "off" } })
    await shop.call("says")
    expect((await shop.close()).stderr).toBe("")
  })

  it("says what it does not know", async () => {
    const shop = await start(fixture("shop.mjs"), { isTried: true, env: { ERRATA_TRY: "aply" } })
    const { stderr } = await shop.close()
    expect(stderr).toMatch(/^errata try: ERRATA_TRY is none of shadow, apply, off: taken as shadow\.\n/)
    expect(stderr).toContain("No failure was seen.")
  })
})

describe("scripts that are no server", () => {
  const script = (source: string, name = "script.mjs") => {
    const path = join(folder(), name)
    writeFileSync(path, source)
    return path
  }

  it("get one sentence", async () => {
    const shop = spawnShop(script("process.exitCode = 7"), { isTried: true })
    const { code, stderr, stdout } = await shop.exit()
    expect([code, stdout]).toEqual([7, ""])
    expect(stderr).toMatch(/^errata try: no server of an MCP SDK was seen\. [^\n]*\n$/)
  })

  it("get none where they only start the server", async () => {
    const shop = spawnShop(script("", "npx-cli.js"), { isTried: true })
    expect((await shop.exit()).stderr).toBe("")
  })

  it("keep their texts though they hold an SDK's source", async () => {
    const source =
      "const s = `_requestHandlers class A { async connect(t) { this.socket = t } }`\nprocess.stderr.write(s)"
    const { stderr } = await spawnShop(script(source), { isTried: true }).exit()
    expect(stderr).toMatch(/^_requestHandlers class A \{ async connect\(t\) \{ this\.socket = t \} \}errata try/)
  })
})
