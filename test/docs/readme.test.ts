import { adoptServer } from "@errata/mcp-adapter/adopt"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import * as z from "zod"

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")

/** A server whose database is down, as the README tells of it. */
const makeServer = (): McpServer => {
  const server = new McpServer({ name: "shop", version: "1.0.0" })
  const config = { inputSchema: { id: z.string() }, annotations: { readOnlyHint: true } }
  server.registerTool("get_order", config, async () => {
    const message = "connect ECONNREFUSED postgres://shop:hunter2@10.0.0.5:5432"
    throw Object.assign(new Error(message), { code: "ECONNREFUSED", syscall: "connect" })
  })
  return server
}

const reply = async (server: McpServer, args: Record<string, unknown>): Promise<string> => {
  const [serverSide, clientSide] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: "readme", version: "1.0.0" })
  await server.connect(serverSide)
  await client.connect(clientSide)
  const { content } = await client.callTool({ name: "get_order", arguments: args })
  await client.close()
  return (content as ReadonlyArray<{ readonly text: string }>)[0]!.text.replace(
    /Reference: \w{8}/,
    "Reference: 5f3c9a1e"
  )
}

/** The text blocks of the README, in their order. */
const shown = [...readme.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(([, text]) => text)

it("what the README shows first is what the plain SDK says, and what an adopted server says", async () => {
  const adopted = makeServer()
  adoptServer(adopted, { service: "The shop", logsCalls: false })
  expect(shown.slice(0, 2)).toEqual([
    await reply(makeServer(), { id: "7" }),
    await reply(adopted, { id: "7" })
  ])
})

const importsOf = (code: string): ReadonlyArray<string> => code.split("\n").filter((line) => line.startsWith("import "))

const packageReadme = (library: string): string =>
  readFileSync(new URL(`../../packages/${library}/README.md`, import.meta.url), "utf8")

it.each([
  ["README", readme, /title="server\.ts"\n([\s\S]*?)^```$/m],
  ["core", packageReadme("core"), /^```ts[^\n]*\n([\s\S]*?)^```$/m],
  ["mcp-adapter", packageReadme("mcp-adapter"), /^```ts[^\n]*\n([\s\S]*?)^```$/m]
])("the first example has at most five lines of imports, and the barrel first: %s", (_, text, example) => {
  const [first, ...others] = importsOf(example.exec(text)?.[1] ?? "")
  expect(first).toMatch(/ from "@errata\/core"$/)
  expect(others.length).toBeLessThan(5)
})

describe.each(["core", "mcp-adapter"])("%s", (library) => {
  const { exports } = JSON.parse(
    readFileSync(new URL(`../../packages/${library}/package.json`, import.meta.url), "utf8")
  ) as { readonly exports: object }
  const modules = Object.keys(exports).map((name) => name.slice(2)).filter((name) => /^[A-Za-z]+$/.test(name))
  const text = packageReadme(library)

  it("has every module in its table", () => {
    const table = text.split("\n").filter((line) => line.startsWith("| `")).map((line) => line.split(" | ")[0]).join()
    expect(modules.filter((name) => !table.includes(`\`${name}\``))).toEqual([])
  })

  it("says which modules its barrel lacks", async () => {
    const barrel = Object.keys(await import(library === "core" ? "@errata/core" : "@errata/mcp-adapter") as object)
    const said = /loads less\. ([\s\S]*?) have only their path/.exec(text)?.[1] ?? ""
    expect(new Set(Array.from(said.matchAll(/`(\w+)`/g), ([, name]) => name))).toEqual(
      new Set(modules.filter((name) => !barrel.includes(name)))
    )
  })
})

it("whoever is told to install the packages by name is told first that they are not published yet", () => {
  const files = ["README.md", "packages/core/README.md", "packages/mcp-adapter/README.md"]
  const guides = readdirSync(new URL("../../docs/guides", import.meta.url)).map((name) => `docs/guides/${name}`)
  for (const file of [...files, ...guides, "packages/examples/src/starter/README.md"]) {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")
    for (const { index } of text.matchAll(/^npm install( @errata|$)/gm)) {
      expect(text.slice(0, index), file).toMatch(/not published/i)
    }
  }
})
