/** Servers that others published, as they are: tried, and adopted, without a changed line. */
import type * as Comparison from "@errata/mcp-adapter/Comparison"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it, onTestFinished, vi } from "vitest"

vi.setConfig({ testTimeout: 120_000 })

type Args = { readonly [name: string]: unknown }

/** A call that fails: what a model reads when the server is adopted, and what becomes of it in the comparison. */
interface Failing {
  readonly tool: string
  readonly args: Args
  readonly reads: RegExp
  readonly entry: { readonly tool: string; readonly becomes: Comparison.Becomes; readonly at?: unknown }
}

interface Session {
  readonly args?: ReadonlyArray<string>
  readonly env?: () => { readonly [name: string]: string }
  readonly succeeds: ReadonlyArray<readonly [tool: string, args: Args]>
  readonly fails: ReadonlyArray<Failing>
}

const folder = () => realpathSync(mkdtempSync(join(tmpdir(), "errata-published-")))

const files = folder()
writeFileSync(join(files, "a.txt"), "one\ntwo\n")
const file = (name: string) => join(files, name)

const own = expect.stringMatching(/^dist\/\w+\.js:\d+$/)
const kept = (tool: string) => ({ tool, becomes: "kept", at: own } as const)
const arguments_ = (tool: string) => ({ tool, becomes: "itemized" } as const)
const unknown = {
  tool: "nosuch",
  args: {},
  reads: /^Tool nosuch not found\.\nError: not_found \(permanent\)\. Do not retry with the same arguments\.\n/,
  entry: { tool: "(unknown tool)", becomes: "classified" }
} as const

const sessions: { readonly [server: string]: Session } = {
  memory: {
    env: () => ({ MEMORY_FILE_PATH: join(folder(), "memory.jsonl") }),
    succeeds: [
      ["create_entities", { entities: [{ name: "Ada", entityType: "person", observations: ["writes programs"] }] }],
      ["add_observations", { observations: [{ entityName: "Ada", contents: ["for an engine"] }] }],
      ["search_nodes", { query: "engine" }],
      ["read_graph", {}]
    ],
    fails: [
      {
        tool: "add_observations",
        args: { observations: [{ entityName: "Grace", contents: ["x"] }] },
        reads: /^Entity with name Grace not found\.\nError: processing_error \(permanent\)\.\nReference: /,
        entry: kept("add_observations")
      },
      {
        tool: "open_nodes",
        args: { names: "Ada" },
        reads: /^Invalid argument names\.\nError: invalid_arguments .*\n- names: Expected array, got text\.\n/,
        entry: arguments_("open_nodes")
      },
      unknown
    ]
  },
  filesystem: {
    args: [files],
    succeeds: [
      ["list_directory", { path: files }],
      ["read_text_file", { path: file("a.txt") }],
      ["search_files", { path: files, pattern: "*.txt" }],
      ["read_multiple_files", { paths: [file("a.txt"), file("b.txt")] }]
    ],
    fails: [
      {
        tool: "read_text_file",
        args: { path: "/etc/passwd" },
        reads:
          /^Access denied - path outside allowed directories: \/etc\/passwd not in \[path\]\.\nError: processing_error /,
        entry: kept("read_text_file")
      },
      {
        tool: "read_text_file",
        args: { path: file("missing.txt") },
        reads: new RegExp(`^File ${file("missing.txt").replaceAll(".", "\\.")} not found\\.\\nError: not_found `),
        entry: { tool: "read_text_file", becomes: "classified", at: own }
      },
      {
        tool: "edit_file",
        args: { path: file("a.txt"), edits: [{ oldText: "three", newText: "3" }] },
        reads: /^Could not find exact match for edit:\.?\nError: processing_error .*\n\| three\n/,
        entry: kept("edit_file")
      },
      {
        tool: "read_text_file",
        args: { path: file("a.txt"), head: 1, tail: 1 },
        reads: /^Cannot specify both head and tail parameters simultaneously\.\nError: processing_error /,
        entry: kept("read_text_file")
      },
      {
        tool: "read_text_file",
        args: {},
        reads: /^Invalid argument path\.\nError: invalid_arguments .*\n- path: Required; expected string\.\n/,
        entry: arguments_("read_text_file")
      },
      unknown
    ]
  },
  everything: {
    succeeds: [
      ["echo", { message: "hi" }],
      ["get-sum", { a: 1, b: 2 }],
      ["get-tiny-image", {}],
      ["get-structured-content", { location: "Chicago" }],
      ["get-annotated-message", { messageType: "error", includeImage: true }]
    ],
    fails: [
      {
        tool: "get-sum",
        args: { a: "x", b: 1 },
        reads: /^Invalid argument a\.\nError: invalid_arguments .*\n- a: Expected number, got text\.\n/,
        entry: arguments_("get-sum")
      },
      {
        tool: "echo",
        args: {},
        reads: /^Invalid argument message\.\nError: invalid_arguments .*\n- message: Required; expected string\.\n/,
        entry: arguments_("echo")
      },
      unknown
    ]
  }
}

/** Runs a session by the official client, over real stdio. */
const run = async (name: string, mode: "plain" | "shadow" | "apply", report = "") => {
  const { args = [], env = () => ({}), fails, succeeds } = sessions[name]!
  const entry = fileURLToPath(import.meta.resolve(`@modelcontextprotocol/server-${name}/dist/index.js`))
  const preload = mode === "plain" ? [] : ["--import", import.meta.resolve("@errata/mcp-adapter/try")]
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...preload, entry, ...args],
    env: { PATH: process.env["PATH"] ?? "", ...env(), ERRATA_TRY: mode, ERRATA_TRY_REPORT: report },
    stderr: "pipe"
  })
  let stderr = ""
  transport.stderr?.on("data", (chunk: Buffer) => stderr += chunk.toString("utf8"))
  const client = new Client({ name: "published", version: "1.0.0" })
  const impurities: Array<unknown> = []
  client.onerror = (error) => impurities.push(error) // what is on stdout and is no frame
  onTestFinished(() => client.close())
  await client.connect(transport)
  const call = (tool: string, args: Args) => client.callTool({ name: tool, arguments: { ...args } })
  const successes: Array<unknown> = []
  const failures: Array<unknown> = []
  for (const [tool, args] of succeeds) successes.push(await call(tool, args))
  for (const { args, tool } of fails) failures.push(await call(tool, args))
  const listing = await client.listTools()
  await client.close()
  return { listing, successes, failures, impurities, stderr }
}

const textOf = (result: unknown) => (result as { content: ReadonlyArray<{ text: string }> }).content[0]?.text

describe.each(Object.keys(sessions))("server-%s", (name) => {
  it("says in shadow mode what it said, and the comparison tells it", async () => {
    const path = join(folder(), "says.json")
    const [plain, tried] = await Promise.all([run(name, "plain"), run(name, "shadow", path)])
    expect(plain.successes.every((result) => !("isError" in (result as object)))).toBe(true)
    expect(plain.failures).toEqual(plain.failures.map(() => expect.objectContaining({ isError: true })))
    expect(tried).toEqual(plain)
    const { entries, omitted, unseen } = JSON.parse(readFileSync(path, "utf8")) as Comparison.Written
    const { fails } = sessions[name]!
    expect(entries).toEqual(fails.map(({ entry }) => expect.objectContaining({ ...entry, count: 1 })))
    expect([omitted, unseen]).toEqual([0, []])
    expect(JSON.stringify(entries)).not.toContain(files)
  })

  it("keeps its listing, its successes and its words when it is adopted", async () => {
    const [plain, adopted] = await Promise.all([run(name, "plain"), run(name, "apply")])
    expect(adopted.listing).toEqual(plain.listing)
    expect(adopted.successes).toEqual(plain.successes)
    expect(adopted.impurities).toEqual([])
    const { fails } = sessions[name]!
    expect(adopted.failures.map(textOf)).toEqual(fails.map(({ reads }) => expect.stringMatching(reads)))
    expect(adopted.failures).toEqual(fails.map(() => expect.objectContaining({ isError: true })))
  })
})
