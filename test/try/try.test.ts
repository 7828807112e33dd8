/** `node --import @errata/mcp-adapter/try server.js`: a server that is not changed, and what is said of it. */
import type * as Comparison from "@errata/mcp-adapter/Comparison"
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { fixture, start } from "./Shop.ts"

/** What a session asks for, each of which ends differently. */
const session: ReadonlyArray<readonly [name: string, args?: object]> = [
  ["works"],
  ["adds", { n: 1 }],
  ["adds", { n: "one hundred" }],
  ["adds", { n: "one thousand" }],
  ["says"],
  ["says"],
  ["connects"],
  ["errs"],
  ["returns"],
  ["refuses"],
  ["nosuch"]
]

const fileIn = (name: string) => join(mkdtempSync(join(tmpdir(), "errata-try-")), name)
const written = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Comparison.Written

const run = async (entry: string, isTried: boolean, env: { readonly [name: string]: string }) => {
  const shop = await start(fixture(entry), { isTried, env })
  await shop.ask("tools/list")
  for (const [name, args] of session) await shop.call(name, args)
  return shop.close()
}

const servers = ["sdk", "sdk-oldest", "sdk-1.13", "server", "server-oldest"].flatMap((sdk) =>
  ["shop.mjs", "shop.cjs"].map((entry) => [sdk, entry] as const)
)

describe.each(servers)("%s, %s", (sdk, entry) => {
  it("answers as it did, byte for byte, and the comparison says what it says and would", async () => {
    const path = fileIn("says.json")
    const [plain, tried] = await Promise.all([
      run(entry, false, { SHOP_SDK: sdk }),
      run(entry, true, { SHOP_SDK: sdk, ERRATA_TRY_REPORT: path })
    ])
    expect(tried.stdout).toBe(plain.stdout)
    expect([tried.code, tried.signal, tried.stderr]).toEqual([plain.code, plain.signal, plain.stderr])

    const { entries, failures, omitted, unseen } = written(path)
    expect([failures, omitted, unseen]).toEqual([9, 0, []])
    const of = (tool: string) => entries.find((entry) => entry.tool === tool)
    expect(entries.map(({ becomes, count, tool }) => [tool, count, becomes])).toEqual([
      ["adds", 2, "itemized"],
      ["says", 2, "kept"],
      ["connects", 1, "masked"],
      ["errs", 1, "masked"],
      ["returns", 1, "kept"],
      ["refuses", 1, "classified"],
      ["(unknown tool)", 1, "classified"]
    ])
    expect(of("says")).toMatchObject({
      kind: "thrown",
      error: "Error",
      at: expect.stringMatching(/^try\/fixtures\/tools\.cjs:\d+$/),
      type: "processing_error",
      hides: ["a path"],
      examples: [{
        today: "Order 7 was cancelled, see [path]",
        tomorrow: "Order 7 was cancelled, see [path].\nError: processing_error (permanent)."
      }]
    })
    expect(of("connects")).toMatchObject({
      error: "PoolError",
      type: "internal_error",
      paste: `if (name === "PoolError") return new Errors.Unavailable({ service: "The service" })`
    })
    expect(of("errs")).toMatchObject({ error: "TypeError" })
    expect(of("errs")?.paste).toBeUndefined()
    expect(of("refuses")).toMatchObject({ type: "connection_failed", category: "transient", isUndeclared: true })
    expect(of("adds")?.examples[0]?.tomorrow).toMatch(/^Invalid argument n\.\n.*\n- n: Expected number, got text/)
    expect(of("(unknown tool)")?.examples[0]?.today).toContain("<tool>")
    expect(of("connects")?.examples[0]?.today).toBe("password authentication failed for [redacted]@[address]")
    expect(of("connects")?.hides).toEqual(["a secret", "an address"])
    expect(JSON.stringify(entries)).not.toMatch(/hunter2|sk-live|10\.0\.0\.5|\/srv\/|one hundred|nosuch/)
  })

  it("is adopted in earnest where that is asked for", async () => {
    const env = { SHOP_SDK: sdk, ERRATA_TRY: "apply" }
    const [plain, applied] = await Promise.all([run(entry, false, { SHOP_SDK: sdk }), run(entry, true, env)])
    const frames = (stdout: string) => stdout.trimEnd().split("\n")
    // the handshake, the listing and what succeeds
    expect(frames(applied.stdout).slice(0, 4)).toEqual(frames(plain.stdout).slice(0, 4))
    expect(applied.stdout).toContain("Order 7 was cancelled, see [path].")
    expect(applied.stdout).toContain("The printer is busy.")
    expect(applied.stdout).not.toMatch(/hunter2|sk-live|\/srv\//)
    expect(applied.stderr).not.toContain("errata try")
  })
})

describe.each([["sdk", "shop.mjs"], ["sdk", "shop.cjs"], ["server", "shop.mjs"], ["server", "shop.cjs"]])(
  "%s, %s, on Node before 22.15",
  (sdk, entry) => {
    it("is seen too", async () => {
      const path = fileIn("says.json")
      const before = [fixture("noHooks.mjs")]
      const env = { SHOP_SDK: sdk, ERRATA_TRY_REPORT: path }
      const shop = await start(fixture(entry), { isTried: true, before, env })
      await shop.call("says")
      expect((await shop.close()).stderr).toBe("")
      expect(written(path).entries).toMatchObject([{ tool: "says", becomes: "kept", count: 1 }])
    })
  }
)

it("is asked before compilers that load later, and ask nobody", async () => {
  const path = fileIn("says.json")
  const after = [fixture("compiler.mjs")]
  const shop = await start(fixture("shop.mjs"), { isTried: true, after, env: { ERRATA_TRY_REPORT: path } })
  await shop.call("says")
  expect((await shop.close()).stderr).toBe("")
  expect(written(path).entries).toMatchObject([{ tool: "says", count: 1 }])
})
