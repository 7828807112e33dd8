/** Servers that are bundled into one file, minified or not, and one that is installed. */
import type * as Comparison from "@errata/mcp-adapter/Comparison"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import { describe, expect, it } from "vitest"
import { start } from "./Shop.ts"

const written = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Comparison.Written
const folder = () => mkdtempSync(join(tmpdir(), "errata-try-"))

const source = (sdk: string) => `
import { McpServer } from "@modelcontextprotocol/${sdk}${sdk === "sdk" ? "/server/mcp.js" : ""}"
import { StdioServerTransport } from "@modelcontextprotocol/${sdk}${sdk === "sdk" ? "/server/stdio.js" : "/stdio"}"
const server = new McpServer({ name: "bundle", version: "1.0.0" })
server.registerTool("says", {}, async () => { throw new Error("Order 7 was cancelled") })
server.registerTool("connects", {}, async () => {
  throw Object.assign(new Error("no route to shop"), { name: "PoolError", code: "XX000" })
})
server.connect(new StdioServerTransport())
`

describe.each(["sdk", "server"])("a bundle with %s inside", (sdk) => {
  it.each([["esm", false], ["esm", true], ["cjs", false], ["cjs", true]] as const)(
    "is seen: %s, minified: %s",
    async (format, minify) => {
      const at = folder()
      // the dependencies are those of this folder
      const entry = fileURLToPath(new URL(`virtual-${sdk}.mjs`, import.meta.url))
      const bundle = await rolldown({
        input: entry,
        platform: "node",
        logLevel: "silent",
        plugins: [{
          name: "entry",
          resolveId: (id) => id === entry ? id : null,
          load: (id) => id === entry ? source(sdk) : null
        }]
      })
      const file = join(at, format === "esm" ? "server.mjs" : "server.cjs")
      await bundle.write({ file, format, minify, codeSplitting: false })
      const path = join(at, "says.json")
      const run = async (isTried: boolean) => {
        const shop = await start(file, { isTried, env: { ERRATA_TRY_REPORT: path } })
        for (const tool of ["says", "connects"]) await shop.call(tool)
        return shop.close()
      }
      const [plain, tried] = [await run(false), await run(true)]
      expect([tried.code, tried.stdout, tried.stderr]).toEqual([plain.code, plain.stdout, plain.stderr])
      const { entries, unseen } = written(path)
      expect(entries.map(({ becomes, tool }) => [tool, becomes])).toEqual([["says", "kept"], ["connects", "masked"]])
      expect(unseen).toEqual([expect.stringMatching(/^The SDK is bundled into a file/)])
    }
  )
})

it("takes an installed server's words for its own, also when a command links to it", async () => {
  const at = folder()
  const installed = join(at, "node_modules", "shop")
  mkdirSync(join(at, "node_modules", ".bin"), { recursive: true })
  cpSync(fileURLToPath(new URL("fixtures", import.meta.url)), installed, { recursive: true })
  writeFileSync(join(installed, "package.json"), JSON.stringify({ name: "shop", version: "1.0.0" }))
  const dependencies = fileURLToPath(new URL("../node_modules", import.meta.url))
  for (const name of ["@modelcontextprotocol", "zod"]) {
    symlinkSync(join(dependencies, name), join(at, "node_modules", name))
  }
  const command = join(at, "node_modules", ".bin", "shop")
  symlinkSync(join(installed, "shop.mjs"), command)
  for (const script of [join(installed, "shop.mjs"), command]) {
    const path = join(at, "says.json")
    const shop = await start(script, { isTried: true, env: { ERRATA_TRY_REPORT: path } })
    await shop.call("says")
    await shop.close()
    expect(written(path).entries).toMatchObject([
      { tool: "says", becomes: "kept", at: expect.stringMatching(/^tools\.cjs:\d+$/) }
    ])
  }
})
