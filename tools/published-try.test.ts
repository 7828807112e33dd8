/** `try` as it is published: a bundle that needs nothing to be installed, whole and in the form for Node. */
import { spawnSync } from "node:child_process"
import { mkdtemp, readFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import { bundleCode, bundleForNode, entriesOf } from "./pack/code.ts"

const root = join(import.meta.dirname, "..")
const fixtures = join(root, "test/try/fixtures")

const bundle = (write: typeof bundleCode) =>
  mkdtemp(join(tmpdir(), "errata-bundled-")).then(async (dir) => {
    await write(await entriesOf(join(root, "packages/mcp-adapter")), dir, { isBuilt: false })
    return dir
  })
const bundles = { whole: bundle(bundleCode), node: bundle(bundleForNode) }

const frames = [
  {
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "bundled", version: "1.0.0" } }
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/call", params: { name: "says", arguments: {} } },
  { id: 3, method: "tools/call", params: { name: "works", arguments: {} } }
]

const run = (entry: string, preload: ReadonlyArray<string>, env: { readonly [name: string]: string }) =>
  spawnSync(process.execPath, [...preload.flatMap((module) => ["--import", module]), join(fixtures, entry)], {
    input: frames.map((frame) => `${JSON.stringify({ jsonrpc: "2.0", ...frame })}\n`).join(""),
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...env }
  })

describe.each([["sdk", "node"], ["server", "node"], ["sdk", "whole"]] as const)("with %s, %s", (sdk, form) => {
  it.each([["shop.mjs", []], ["shop.cjs", []], ["shop.mjs", ["noHooks.mjs"]]])(
    "says what it saw: %s %s",
    async (entry, before) => {
      const dir = await bundles[form]
      const report = join(dir, `${sdk}-${entry}-${before.length}.json`)
      const preload = [...before.map((name) => join(fixtures, name)), join(dir, "try.js")].map((path) =>
        pathToFileURL(path).href
      )
      const env = { SHOP_SDK: sdk }
      const plain = run(entry, [], env)
      const tried = run(entry, preload, { ...env, ERRATA_TRY_REPORT: report })
      expect(plain.stdout).toContain("Order 7 was cancelled")
      expect([tried.stdout, tried.stderr, tried.status]).toEqual([plain.stdout, plain.stderr, plain.status])
      expect(JSON.parse(await readFile(report, "utf8"))).toMatchObject({
        failures: 1,
        entries: [{ tool: "says", becomes: "kept", at: expect.stringMatching(/^try\/fixtures\/tools\.cjs:\d+$/) }]
      })
    }
  )
})
