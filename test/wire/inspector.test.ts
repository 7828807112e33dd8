/** The Inspector, as a client that nobody here wrote: what it lists, what it shows of an answer, and how it ends. */
import * as Meta from "@errata/mcp-adapter/Meta"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as HttpServer from "../conformance/HttpServer.ts"
import { kinds } from "../matrix/replies.ts"
import { type Server, servers } from "../matrix/servers.ts"
import * as Folder from "./Folder.ts"

const run = promisify(execFile)
const inspector = fileURLToPath(
  new URL("../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", import.meta.url)
)
const documents = fileURLToPath(import.meta.resolve("@errata/examples/documents/main"))

interface Shown {
  readonly tools: ReadonlyArray<{ readonly name: string; readonly outputSchema?: object }>
  readonly content: ReadonlyArray<{ readonly text: string }>
  readonly structuredContent?: object
  readonly isError?: boolean
  readonly _meta?: { readonly [key: string]: unknown }
}

const folder = Folder.make()
afterAll(() => folder.remove())

/** How it ended: with 0, 4 if it cannot reach the server, 5 if the tool failed or is not there, 6 if a schema is not portable. */
interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const ask = (server: ReadonlyArray<string>, ...question: ReadonlyArray<string>): Promise<Ended> => {
  const env = { ...process.env, ERRATA_DATA: folder.path, HOME: folder.path }
  const asked = run(process.execPath, [inspector, "--cli", ...server, ...question], { env })
  return asked.then((said) => ({ code: 0, ...said }), (failure: Ended) => failure)
}

/** Asks a server, and holds the code that the Inspector ends with against what it shows. */
const inspect = async (server: ReadonlyArray<string>, ...question: ReadonlyArray<string>): Promise<Shown> => {
  const { code, stderr, stdout } = await ask(server, ...question)
  const shown = JSON.parse(stdout) as Shown
  expect([code, stderr.includes("tool_is_error")]).toEqual(shown.isError === true ? [5, true] : [0, false])
  return shown
}

const call = (name: string, args: { readonly [name: string]: unknown } = {}): ReadonlyArray<string> => [
  "--method",
  "tools/call",
  "--tool-name",
  name,
  ...Object.entries(args).flatMap(([name, value]) => [
    "--tool-arg",
    `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`
  ])
]

describe("over stdio", () => {
  const server = [process.execPath, documents]

  it("lists the tools", async () => {
    const { tools } = await inspect(server, "--method", "tools/list")
    expect(tools.map(({ name }) => name)).toContain("convert_document")
    for (const { outputSchema } of tools) expect(outputSchema).toMatchObject({ type: "object" })
  })

  it("shows an output", async () => {
    const result = await inspect(server, ...call("list_documents"))
    expect(result.isError ?? false).toBe(false)
    expect(result.structuredContent).toEqual(JSON.parse(result.content[0]!.text))
  })

  it("shows an error whole", async () => {
    const result = await inspect(server, ...call("convert_document", { document_id: "gide.md", target_format: "html" }))
    expect(result.isError).toBe(true)
    const problem = Meta.problem(result._meta)
    expect(problem).toMatchObject({ error: "DocumentNotFound", type: "not_found" })
    expect(result.content[0]!.text.split("\n").slice(0, 2)).toEqual([
      "Document gide.md not found.",
      "Error: not_found (permanent). Do not retry with the same arguments."
    ])
    expect(result.content[0]!.text).toMatch(new RegExp(`\nReference: ${problem!.reference_id}$`))
    expect(result).not.toHaveProperty("structuredContent")
  })

  it("shows every issue of wrong arguments", async () => {
    const result = await inspect(server, ...call("convert_document", { target_format: "htm" }))
    expect(Meta.problem(result._meta)?.issues?.map(({ path }) => path)).toEqual([["document_id"], ["target_format"]])
  })

  it("shows a batch of which nothing succeeded", async () => {
    const result = await inspect(
      server,
      ...call("batch_convert_documents", { document_ids: `["a.md","b.md"]`, target_format: "html" })
    )
    expect(result).toMatchObject({ isError: true, structuredContent: { status: "failed", summary: { failed: 2 } } })
  })
})

describe.each(["sdk", "server"] as const)("over HTTP, from main-%s.ts", (name) => {
  let server: HttpServer.HttpServer
  beforeAll(async () => {
    server = await HttpServer.start(name)
  })
  afterAll(() => server.stop())

  it("shows an error", async () => {
    const result = await inspect([server.url, "--transport", "http"], ...call("test_error_handling"))
    expect(result.isError).toBe(true)
    expect(result.content[0]!.text.split("\n")[1]).toMatch(/^Error: \w+ \((?:transient|permanent)\)\. /)
    expect(Meta.problem(result._meta)?.reference_id).toMatch(/^[0-9a-f]{8}$/)
  })
})

describe("how it ends", () => {
  let server: Server
  let url: ReadonlyArray<string>
  beforeAll(async () => {
    const tools = [...new Set(Object.values(kinds).map(({ handled }) => handled))]
    server = await servers["SDK 1.x"]([[tools, { logsCalls: false }]])
    url = [server.url, "--transport", "http"]
  })
  afterAll(() => server.close())

  const names = Object.entries(kinds)
  const successes = ["a partial batch", "a degraded answer"]

  it.each(names.filter(([name]) => successes.includes(name)))("with 0 after %s", async (_, { args, handled }) => {
    expect(await inspect(url, ...call(handled.tool.name, args))).not.toHaveProperty("isError", true)
  })

  it.each(names.filter(([name]) => !successes.includes(name)))("with 5 after %s", async (_, { args, handled }) => {
    expect(await inspect(url, ...call(handled.tool.name, args))).toHaveProperty("isError", true)
  })

  it("with 0 after a listing that is to be portable", async () => {
    expect(await ask(url, "--method", "tools/list", "--strict")).toMatchObject({ code: 0 })
  })

  it("with 5 after a tool that is not there, and 4 where nobody listens", async () => {
    const unknown = await ask(url, ...call("miss_owt"))
    expect([unknown.code, unknown.stderr.includes("tool_not_found")]).toEqual([5, true])
    expect((await ask(["http://127.0.0.1:9/mcp", "--transport", "http"], "--method", "tools/list")).code).toBe(4)
  })
})
