/** The adapter brings no SDK along, and loads none that its user did not ask for. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const adapter = new URL("../../packages/mcp-adapter/", import.meta.url)

const manifest = JSON.parse(readFileSync(new URL("package.json", adapter), "utf8")) as {
  readonly exports: { readonly [entry: string]: unknown }
  readonly dependencies: { readonly [name: string]: string }
  readonly peerDependencies: { readonly [name: string]: string }
  readonly peerDependenciesMeta: { readonly [name: string]: { readonly optional?: boolean } }
}

const hostsOnly = /^@modelcontextprotocol\/|^zod$/

describe("the package", () => {
  it("depends on no SDK", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["@errata/core"])
  })

  it("has every SDK, and effect, as an optional peer", () => {
    const peers = Object.keys(manifest.peerDependencies)
    expect(peers).toEqual(expect.arrayContaining(["@modelcontextprotocol/sdk", "@modelcontextprotocol/server", "zod"]))
    expect(peers.filter((name) => manifest.peerDependenciesMeta[name]?.optional !== true)).toEqual([])
    expect(Object.keys(manifest.peerDependenciesMeta).filter((name) => !hostsOnly.test(name))).toEqual(["effect"])
  })
})

/** What belongs to a host: its SDK, what that stands on, and effect's AI modules. */
const family = (url: string): string | undefined =>
  /\/node_modules\/(@modelcontextprotocol\/[^/]+|zod|ajv|express|hono)\//.exec(url)?.[1] ??
    /\/node_modules\/effect\/(?:dist|src)\/(ai)\//.exec(url)?.[1]

const loadedBy = (entry: string): ReadonlyArray<string> => {
  const script = fileURLToPath(new URL("./fixtures/loaded.ts", import.meta.url))
  const specifier = entry === "index" ? "@errata/mcp-adapter" : `@errata/mcp-adapter/${entry}`
  const urls = JSON.parse(execFileSync(process.execPath, [script, specifier], { encoding: "utf8" })) as Array<string>
  expect(urls.some((url) => url.includes("/packages/mcp-adapter/src/"))).toBe(true)
  return [...new Set(urls.flatMap((url) => family(url) ?? []))]
}

const ofHosts: { readonly [entry: string]: ReadonlyArray<string> } = { sdk: ["zod"], effect: ["ai"] }

const entries = Object.keys(manifest.exports)
  .filter((entry) => entry !== "./package.json")
  .map((entry) => entry === "." ? "index" : entry.slice("./".length))

describe("importing", () => {
  it("knows the entries", () => {
    expect(entries).toEqual(expect.arrayContaining(["index", "wrap", "Client", "Handler", "sdk", "server", "effect"]))
  })

  it.each(entries.filter((entry) => ofHosts[entry] === undefined))("%s loads nothing of a host", (entry) => {
    expect(loadedBy(entry)).toEqual([])
  })

  it.each(Object.keys(ofHosts))("%s loads what it serves with", (entry) => {
    expect(loadedBy(entry)).toEqual(ofHosts[entry])
  })
})
