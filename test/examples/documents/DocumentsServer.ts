/**
 * Starts the documents server twice on one folder: once driven by hand, once by the official client.
 *
 * A {@link Pair} asks both the same and insists that both hear the same, since what a model reads must not depend on who
 * carries it. Each server has a data folder of its own; the documents are a copy of the samples.
 */
import { Documents } from "@errata/examples/documents/toolkit"
import { cpSync, mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import * as SdkClient from "../../wire/SdkClient.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import { expectDeclared } from "../declared.ts"

expectDeclared(Documents.tools)

const entry = new URL("../../../packages/examples/src/documents/main.ts", import.meta.url)
const samples = fileURLToPath(new URL("../../../packages/examples/samples/documents", import.meta.url))

/** A place for documents and for the state of servers. */
export interface Place {
  readonly folder: Folder.Folder
  /** The path of a document. */
  readonly document: (id: string) => string
  /** How to start a server here; its state is kept under a name. */
  readonly options: (name?: string, env?: { readonly [name: string]: string }) => StdioServer.Options
  /** The path of something in a server's state. */
  readonly data: (path: string, name?: string) => string
}

/** Makes a place, with the samples as documents unless it shall be empty. */
export const place = (documents: "samples" | "empty" = "samples"): Place => {
  const folder = Folder.make()
  if (documents === "samples") cpSync(samples, folder.at("library"), { recursive: true })
  else mkdirSync(folder.at("library"))
  return {
    folder,
    document: (id) => folder.at("library", id),
    options: (name = "data", env) => ({
      entry,
      args: ["--root", folder.at("library")],
      env: { ERRATA_DATA: folder.at(name), ...env }
    }),
    data: (path, name = "data") => folder.at(name, path)
  }
}

/** The tools of a server. */
export const tools = async (server: StdioServer.StdioServer): Promise<ReadonlyArray<Reply.ListedTool>> =>
  (await server.request("tools/list")).result?.["tools"] as ReadonlyArray<Reply.ListedTool>

/** Two servers on one folder. */
export interface Pair extends Place {
  readonly raw: StdioServer.StdioServer
  readonly sdk: SdkClient.SdkClient
  /** The names of the two data folders. */
  readonly names: readonly [raw: string, sdk: string]
  readonly tools: ReadonlyArray<Reply.ListedTool>
  /** Calls a tool on both, both must fail alike. */
  readonly fails: (tool: string, args?: { [name: string]: unknown }) => Promise<Reply.Failure>
  /** Calls a tool on both, both must succeed alike, but for what `mask` takes out; returns the output. */
  readonly succeeds: (
    tool: string,
    args?: { [name: string]: unknown },
    mask?: (output: Output, name: string) => Output
  ) => Promise<Output>
  /** Ends both and removes the place. */
  readonly stop: () => Promise<void>
}

/** What a tool returned. */
export type Output = { readonly [name: string]: unknown }

/** Starts two servers. */
export const pair = async (here: Place = place(), env?: { readonly [name: string]: string }): Promise<Pair> => {
  const names = ["by-hand", "by-sdk"] as const
  const [raw, sdk] = await Promise.all([
    StdioServer.start(here.options(names[0], env)),
    SdkClient.connect(here.options(names[1], env))
  ])
  const listed = await tools(raw)
  const both = (tool: string, args?: { [name: string]: unknown }) =>
    Promise.all([raw.call(tool, args), sdk.call(tool, args)])
  return {
    ...here,
    raw,
    sdk,
    names,
    tools: listed,
    fails: async (tool, args) => {
      const [byHand, bySdk] = (await both(tool, args)).map((result) => Reply.failure(result, listed))
      assert.notStrictEqual(byHand!.reference, bySdk!.reference)
      assert.deepStrictEqual({ ...bySdk, reference: "" }, { ...byHand, reference: "" })
      return byHand!
    },
    succeeds: async (tool, args, mask = (output) => output) => {
      const outputs = (await both(tool, args)).map((result, i) => mask(output(result), names[i]!))
      assert.deepStrictEqual(outputs[1], outputs[0])
      return outputs[0]!
    },
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
