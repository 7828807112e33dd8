/** The Inspector, as a client that nobody here wrote: what it lists, and what it shows of an answer. */
import * as Meta from "@errata/mcp-adapter/Meta"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as HttpServer from "../conformance/HttpServer.ts"
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

/** Asks a server. The Inspector ends with a code of its own when a tool answered with an error. */
const inspect = async (server: ReadonlyArray<string>, ...question: ReadonlyArray<string>): Promise<Shown> => {
  const env = { ...process.env, ERRATA_DATA: folder.path, HOME: folder.path }
  const asked = run(process.execPath, [inspector, "--cli", ...server, ...question], { env })
  const { stdout } = await asked.catch((failure: { readonly stdout: string; readonly stderr: string }) => {
    if (!failure.stderr.includes("tool_is_error")) throw failure
    return failure
  })
  return JSON.parse(stdout) as Shown
}

const call = (name: string, args: { readonly [name: string]: string } = {}): ReadonlyArray<string> => [
  "--method",
  "tools/call",
  "--tool-name",
  name,
  ...Object.entries(args).flatMap(([name, value]) => ["--tool-arg", `${name}=${value}`])
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
