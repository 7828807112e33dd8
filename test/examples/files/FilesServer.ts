/**
 * Starts the files server twice on one folder: once driven by hand, once by the official client.
 *
 * A {@link Pair} asks both the same and insists that both hear the same, since what a model reads must not depend on who
 * carries it. The folder is a copy of the samples, with links that lead where they should not.
 */
import type { ReportOf } from "@errata/core/Batch"
import { Files } from "@errata/examples/files/toolkit"
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import * as SdkClient from "../../wire/SdkClient.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import { expectDeclared } from "../declared.ts"

expectDeclared(Files.tools)

const entry = new URL("../../../packages/examples/src/files/main.ts", import.meta.url)
const samples = fileURLToPath(new URL("../../../packages/examples/samples/files", import.meta.url))

/** A root folder, and a folder beside it that nobody may see. */
export interface Place {
  readonly folder: Folder.Folder
  readonly root: string
  /** The path of something below the root. */
  readonly at: (path: string) => string
  /** How to start a server here. */
  readonly options: (env?: { readonly [name: string]: string }) => StdioServer.Options
}

/** Makes a place with a copy of the samples. */
export const place = (): Place => {
  const folder = Folder.make()
  const root = folder.at("shelf")
  cpSync(samples, root, { recursive: true })
  return {
    folder,
    root,
    at: (path) => folder.at("shelf", path),
    options: (env) => ({ entry, args: ["--root", root], env })
  }
}

/** What lies outside the root of a place with {@link traps}. */
export const secret = "nobody may read this"

/** Puts links, a pipe and the like below the root, and something to be kept from everybody beside it. */
export const traps = ({ at, folder }: Place): void => {
  mkdirSync(folder.at("secrets", "deep"), { recursive: true })
  writeFileSync(folder.at("secrets", "secret.csv"), `a\n${secret}\n`)
  writeFileSync(folder.at("secrets", "deep", "secret.txt"), secret)
  mkdirSync(at("traps"))
  symlinkSync("../../secrets/secret.csv", at("traps/file-out"))
  symlinkSync(folder.at("secrets"), at("traps/folder-out"))
  symlinkSync("../..", at("traps/up"))
  symlinkSync("../../secrets/nothing", at("traps/nowhere-out"))
  symlinkSync("file-out", at("traps/link-to-link-out"))
  symlinkSync("circle-2", at("traps/circle"))
  symlinkSync("circle", at("traps/circle-2"))
  symlinkSync("../data/orders.csv", at("traps/file-inside"))
  symlinkSync("../data", at("traps/folder-inside"))
  execFileSync("sh", ["-c", "mkfifo \"$0\"", at("traps/pipe")])
}

/** The tools of a server. */
export const tools = async (server: StdioServer.StdioServer): Promise<ReadonlyArray<Reply.ListedTool>> =>
  (await server.request("tools/list")).result?.["tools"] as ReadonlyArray<Reply.ListedTool>

/** What a tool returned. */
export type Output = { readonly [name: string]: unknown }

/** The arguments of a call. */
export type Args = { [name: string]: unknown }

/** What a batch tool returned. */
export type Report = ReportOf<Output>

/** Two servers on one folder. */
export interface Pair extends Place {
  readonly raw: StdioServer.StdioServer
  readonly sdk: SdkClient.SdkClient
  readonly tools: ReadonlyArray<Reply.ListedTool>
  /** Calls a tool on both, both must fail alike. */
  readonly fails: (tool: string, args?: Args) => Promise<Reply.Failure>
  /** Calls a tool on both, both must succeed alike; returns the output. */
  readonly succeeds: (tool: string, args?: Args) => Promise<Output>
  /** Calls a batch tool on both, something may fail, and both must hear the same; returns the report. */
  readonly reports: (tool: string, args: Args) => Promise<Report>
  /** Calls a batch tool on both, nothing may succeed, and both must hear the same; returns text, problem and report. */
  readonly failsWhole: (tool: string, args: Args) => Promise<Reply.Failure & { readonly report: Report }>
  /** Ends both and removes the place. */
  readonly stop: () => Promise<void>
}

/** Starts two servers. */
export const pair = async (here: Place = place(), env?: { readonly [name: string]: string }): Promise<Pair> => {
  const [raw, sdk] = await Promise.all([StdioServer.start(here.options(env)), SdkClient.connect(here.options(env))])
  const listed = await tools(raw)
  const both = async <A>(tool: string, args: Args | undefined, read: (result: StdioServer.CallToolResult) => A) => {
    const [byHand, bySdk] = (await Promise.all([raw.call(tool, args), sdk.call(tool, args)])).map(read)
    assert.deepStrictEqual({ ...bySdk!, reference: "" }, { ...byHand!, reference: "" })
    return byHand!
  }
  return {
    ...here,
    raw,
    sdk,
    tools: listed,
    fails: (tool, args) => both(tool, args, (result) => Reply.failure(result, listed)),
    succeeds: (tool, args) => both(tool, args, output),
    reports: (tool, args) => both(tool, args, report),
    failsWhole: (tool, args) => both(tool, args, (result) => failedBatch(result, listed)),
    stop: async () => {
      try {
        await Promise.all([raw.stop(), sdk.close()])
      } finally {
        here.folder.remove()
      }
    }
  }
}

/** The output of a call that succeeded: structured, and the same as text. */
export const output = (result: StdioServer.CallToolResult): Output => {
  assert.hasAllKeys(
    result,
    ["content", "structuredContent"],
    `a success was expected: ${JSON.stringify(result).slice(0, 500)}`
  )
  assert.deepStrictEqual(result.content, [{ type: "text", text: JSON.stringify(result.structuredContent) }])
  return result.structuredContent!
}

const withoutReference = ({ reference_id, ...report }: Report): Report => {
  if (report.status !== "success") assert.match(reference_id!, /^[0-9a-f]{8}$/)
  return report
}

/** The report of a batch that did not fail as a whole. A reply that is partial says under which reference the log says more. */
export const report = ({ _meta, ...result }: StdioServer.CallToolResult): Report => {
  const report = withoutReference(output(result) as unknown as Report)
  if (report.status === "success") assert.isUndefined(_meta)
  else {
    assert.hasAllKeys(_meta, ["errata/call"])
    const { reference_id, ...call } = _meta!["errata/call"] as { readonly reference_id: string }
    assert.match(reference_id, /^[0-9a-f]{8}$/)
    assert.deepStrictEqual(call, { attempts: 1 } as object)
  }
  return report
}

/** A batch of which nothing succeeded is an error that tells the whole report all the same. */
const failedBatch = (
  result: StdioServer.CallToolResult,
  listed: ReadonlyArray<Reply.ListedTool>
): Reply.Failure & { readonly report: Report } => {
  const { structuredContent, ...rest } = result
  assert(structuredContent !== undefined, `a report was expected: ${JSON.stringify(result).slice(0, 500)}`)
  return { ...Reply.failure(rest, listed), report: withoutReference(structuredContent as unknown as Report) }
}
