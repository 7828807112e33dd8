/**
 * Every error of every tool: it can be met, and every step that it suggests can be taken and succeeds.
 */
import type * as Problem from "@errata/core/Problem"
import type * as Tool from "@errata/core/Tool"
import { Files } from "@errata/examples/files/toolkit"
import * as Effect from "effect/Effect"
import { systemError } from "effect/PlatformError"
import { realpathSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as FilesServer from "./FilesServer.ts"
import * as Watched from "./fixtures/Watched.ts"

const here = FilesServer.place()
let server: StdioServer.StdioServer
let hasty: StdioServer.StdioServer
let tools: ReadonlyArray<Reply.ListedTool>
const broken: Array<Watched.Watched> = []

beforeAll(async () => {
  FilesServer.traps(here)
  writeFileSync(here.at("ragged.csv"), "a,b\n1,2\n3\n4,5\n")
  writeFileSync(here.at("words.csv"), `id,word\n${"1,errata\n".repeat(500)}`)
  server = await StdioServer.start(here.options({ ERRATA_CSV_MEMORY: "1 KiB" }))
  hasty = await StdioServer.start(here.options({ ERRATA_CSV_TIMEOUT: "0 millis" }))
  tools = await FilesServer.tools(server)
})
afterAll(async () => {
  await Promise.all([server.stop(), hasty.stop(), ...broken.map((watched) => watched.stop())])
  here.folder.remove()
})

type Meet = (tool: string) => Promise<Problem.Problem>

const problemOf = (result: StdioServer.CallToolResult) => {
  Reply.failure(result, tools)
  return result._meta!["errata/problem"] as Problem.Problem
}

const on = (args: object): Meet => async (tool) => problemOf(await server.call(tool, args))

/** Meets what a file system says that cannot do its work. */
const brokenBy = (code: string, args: object): Meet => async (tool) => {
  const failure = Effect.fail(
    systemError({ _tag: "Unknown", module: "FileSystem", method: "test", pathOrDescriptor: "x", cause: { code } })
  )
  const watched = Watched.start(here.root, {
    disk: (real) => ({
      open: (path) => path === realpathSync(here.root) ? real.open(path) : failure,
      look: () => failure
    })
  })
  broken.push(watched)
  return (await watched.call(tool, args)).problem!
}

/** Meets what is said of a file that is rewritten while it is read. */
const changing = (args: object): Meet => async (tool) => {
  const watched = Watched.start(here.root, {
    disk: (real) => ({
      open: (path) =>
        Effect.map(real.open(path), (opened) => ({ ...opened, read: () => Effect.succeed(new Uint8Array()) }))
    })
  })
  broken.push(watched)
  return (await watched.call(tool, args)).problem!
}

/** How each error is met, by the name of the argument that holds the path. */
const lookup = (name: string, args: object): { readonly [tag: string]: Meet } => ({
  PathNotFound: on({ ...args, [name]: "data/order.csv" }),
  PermissionDenied: on({ ...args, [name]: "../x" }),
  NotAFile: on({ ...args, [name]: "traps/pipe" }),
  Overloaded: brokenBy("EMFILE", { ...args, [name]: "data/orders.csv" }),
  ProcessingError: brokenBy("EIO", { ...args, [name]: "data/orders.csv" })
})

const met: { readonly [tool: string]: { readonly [tag: string]: Meet } } = {
  search_files: lookup("path", { query: "orders" }),
  read_file: {
    ...lookup("path", {}),
    NotAFile: on({ path: "data" }),
    FileChanged: changing({ path: "data/orders.csv" }),
    FileTooLarge: on({ path: "data/orders.csv", max_bytes: 1 }),
    OffsetBeyondEnd: on({ path: "data/orders.csv", offset: 600 }),
    BinaryFile: on({ path: "pictures/frisket.png" })
  },
  process_files: {},
  process_csv_file: {
    FileChanged: changing({ file_path: "data/orders.csv", operation: "analyze" }),
    ...lookup("file_path", { operation: "transform" }),
    NotAFile: on({ file_path: "notes", operation: "validate" }),
    CsvMalformed: on({ file_path: "ragged.csv", operation: "transform" }),
    CsvTooLarge: on({ file_path: "words.csv", operation: "transform", offset: 7 }),
    CsvTimedOut: async (tool) => problemOf(await hasty.call(tool, { file_path: "words.csv", operation: "analyze" }))
  }
}

/** The errors that suggest a call, since there is one that helps. */
const suggesting = [
  "PathNotFound",
  "PermissionDenied",
  "NotAFile",
  "FileTooLarge",
  "BinaryFile",
  "CsvMalformed",
  "CsvTooLarge"
]

describe("every error that is declared", () => {
  it.each(Files.tools.map((tool: Tool.Any) => [tool.name, tool] as const))("can be met: %s", async (name, tool) => {
    assert.sameMembers(Object.keys(met[name]!), tool.errors.map((error) => error.identifier))
    for (const [tag, meet] of Object.entries(met[name]!)) assert.strictEqual((await meet(name)).error, tag)
  })
})

describe("every step that is suggested", () => {
  const all = Object.entries(met).flatMap(([tool, errors]) =>
    Object.entries(errors).map(([tag, meet]) => [tool, tag, meet] as const)
  )

  it.each(all)("can be taken: %s, %s", async (tool, tag, meet) => {
    const { details, recovery_steps: steps = [] } = await meet(tool)
    if (suggesting.includes(tag) && details?.["kind"] !== "other") assert.isAbove(steps.length, 0)
    for (const step of steps) {
      for (const action of [step, ...step.options ?? []]) {
        const call = Reply.proposedCall(action, tools)!
        FilesServer.output(await server.call(call.tool, call.args))
      }
    }
  })
})
