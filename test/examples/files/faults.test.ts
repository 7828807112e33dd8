/**
 * What the file system may do to us: it refuses, breaks, runs out of handles, and changes while we look.
 */
import type * as Disk from "@errata/examples/shared/folder/Disk"
import * as Effect from "effect/Effect"
import { type PlatformError, systemError, type SystemErrorTag } from "effect/PlatformError"
import { execFileSync } from "node:child_process"
import {
  existsSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { afterEach, assert, beforeEach, describe, expect, it } from "vitest"
import * as FilesServer from "./FilesServer.ts"
import * as Watched from "./fixtures/Watched.ts"

let here: FilesServer.Place
let server: Watched.Watched | undefined

beforeEach(() => {
  here = FilesServer.place()
  FilesServer.traps(here)
})
afterEach(async () => {
  await server?.stop()
  here.folder.remove()
})

const failure = (code: string, tag: SystemErrorTag = "Unknown"): Effect.Effect<never, PlatformError> =>
  Effect.fail(
    systemError({
      _tag: tag,
      module: "FileSystem",
      method: "test",
      pathOrDescriptor: "somewhere",
      cause: Object.assign(new Error(`${code}: hush`), { code })
    })
  )

type Open = Disk.Disk["Service"]["open"]

const start = (changes: Watched.Changes) => (server = Watched.start(here.root, changes))

/** Opens files and folders in another way. */
const opening = (change: (open: Open, path: string) => ReturnType<Open>): Watched.Changes => ({
  disk: (real) => ({ open: (path) => change(real.open, path) })
})

/** Does something to a file or folder just before it is opened. */
const before = (act: (path: string) => void): Watched.Changes =>
  opening((open, path) => Effect.andThen(Effect.sync(() => act(path)), open(path)))

/** Does something to a file or folder when it was opened. */
const after = (act: (path: string) => void): Watched.Changes =>
  opening((open, path) => Effect.tap(open(path), () => Effect.sync(() => act(path))))

const isOrders = (path: string): boolean => path.endsWith("/orders.csv")

/** Refuses to open a file. */
const refusing = (code: string, tag?: SystemErrorTag) =>
  opening((open, path) => isOrders(path) ? failure(code, tag) : open(path))

/** Reads a file in another way. */
const reading = (read: (real: Disk.Opened["read"], path: string) => Disk.Opened["read"]): Watched.Changes =>
  opening((open, path) => Effect.map(open(path), (opened) => ({ ...opened, read: read(opened.read, path) })))

/** Does something when a file of the test was read for the first time. */
const onceRead = (act: () => void): Watched.Changes => {
  let isDone = false
  return reading((read) => (position, length) =>
    Effect.tap(read(position, length), () =>
      Effect.sync(() => {
        if (!isDone) act()
        isDone = true
      }))
  )
}

const orders = { path: "data/orders.csv" }

describe("a file that nobody may read", () => {
  it("is permission denied", async () => {
    const { call } = start(refusing("EACCES", "PermissionDenied"))
    const { problem, text } = await call("read_file", orders)
    expect(text.replace(problem!.reference_id, "<ref>")).toMatchInlineSnapshot(`
      "No permission to read data/orders.csv.
      Error: permission_denied (permanent). Retry only after the user has resolved this.
      Details: {"action":"read","resource":"data/orders.csv"}
      Next steps:
      1. Search for it inside the root: search_files {"query":"orders"}
      Reference: <ref>"
    `)
    assert.strictEqual(
      (await call("process_csv_file", { file_path: "data/orders.csv", operation: "validate" })).problem?.error,
      "PermissionDenied"
    )
  })

  it("is so too if already its folder cannot be entered", async () => {
    const { call } = start({
      files: (real) => ({
        realPath: (path) => path.endsWith("orders.csv") ? failure("EPERM", "PermissionDenied") : real.realPath(path)
      })
    })
    assert.strictEqual((await call("read_file", orders)).problem?.error, "PermissionDenied")
  })

  it("is looked for by its name only", async () => {
    const { call } = start(refusing("EACCES", "PermissionDenied"))
    const { value } = await call("search_files", { query: "orders", path: "data" })
    assert.deepInclude(value as object, {
      matches: [{ path: "data/orders.csv", type: "file" }],
      count: 1,
      names_only: 1
    })
  })
})

describe("a folder that nobody may list", () => {
  it("hides what is in it, and nothing else", async () => {
    const { call } = start(
      opening((open, path) => path.endsWith("/data") ? failure("EACCES", "PermissionDenied") : open(path))
    )
    const { text } = await call("search_files", { query: "orders" })
    const { matches, ...told } = JSON.parse(text) as { matches: ReadonlyArray<{ path: string }> }
    assert.deepStrictEqual(matches.map(({ path }) => path), ["notes/house-rules.md", "notes/minutes/2026-04.txt"])
    assert.deepStrictEqual(told as object, {
      count: 2,
      truncated: true,
      names_only: 5,
      warnings: [{ path: "data", reason: "no permission to read it" }],
      searched_path: "."
    })
  })
})

describe("a file system without handles", () => {
  it.each(["EMFILE", "ENFILE"])("is overloaded, which passes: %s", async (code) => {
    const { call } = start(refusing(code))
    const { problem, text } = await call("read_file", orders)
    assert.strictEqual(
      text.replace(problem!.reference_id, "<ref>"),
      "The file system is overloaded.\nError: overloaded (transient). Retry later.\n" +
        "Details: {\"service\":\"The file system\"}\nReference: <ref>"
    )
  })
})

describe("a disk that breaks", () => {
  it("is a processing error that hides what the system said", async () => {
    const { call } = start(reading(() => () => failure("EIO")))
    for (
      const [tool, args] of [
        ["read_file", orders],
        ["process_csv_file", { file_path: "data/orders.csv", operation: "analyze" }]
      ] as const
    ) {
      const { problem, text } = await call(tool, args)
      assert.strictEqual(
        text.replace(problem!.reference_id, "<ref>"),
        "Reading data/orders.csv failed.\nError: processing_error (permanent). Do not retry with the same arguments.\n" +
          "Details: {\"operation\":\"Reading data/orders.csv\"}\nReference: <ref>"
      )
    }
  })
})

describe("a file that changes while we look", () => {
  it("may grow: what is read is what was there when it was opened", async () => {
    const { call } = start(
      onceRead(() => writeFileSync(here.at("data/orders.csv"), "x".repeat(300_000), { flag: "a" }))
    )
    const { text, value } = await call("read_file", orders)
    assert.deepInclude(value as object, { size_bytes: 561 })
    assert.notInclude(text, "xxx")
  })

  it("may grow for ever", async () => {
    const { call } = start(reading((read, path) => (position, length) => {
      writeFileSync(path, "x".repeat(length), { flag: "a" })
      return read(position, length)
    }))
    const { value } = await call("process_files", { file_paths: ["data/orders.csv"], operation: "checksum" })
    assert.deepInclude((value as { results: ReadonlyArray<{ value: object }> }).results[0]!.value, { size_bytes: 561 })
  })

  it.each<[string, () => void]>([
    ["cut short", () => truncateSync(here.at("large.csv"), 70_000)],
    ["emptied", () => truncateSync(here.at("large.csv"), 0)],
    ["cut short and filled up again", () => {
      truncateSync(here.at("large.csv"), 70_000)
      writeFileSync(here.at("large.csv"), "3\n".repeat(65_001), { flag: "a" })
    }],
    ["rewritten in place", () => writeFileSync(here.at("large.csv"), "a\n2\n", { flag: "r+" })]
  ])("may be %s: that is no success of fewer records", async (_, act) => {
    writeFileSync(here.at("large.csv"), `a\n${"1\n".repeat(100_000)}`)
    for (
      const [tool, args] of [
        ["process_csv_file", { file_path: "large.csv", operation: "analyze" }],
        ["read_file", { path: "large.csv", offset: 0 }]
      ] as const
    ) {
      writeFileSync(here.at("large.csv"), `a\n${"1\n".repeat(100_000)}`)
      utimesSync(here.at("large.csv"), 1, 1)
      const { call } = start(onceRead(act))
      const { problem, text } = await call(tool, args)
      await server!.stop()
      assert.strictEqual(
        text.replace(problem!.reference_id, "<ref>"),
        "large.csv changed while it was read.\nError: unavailable (transient). Retry later.\n" +
          "Details: {\"path\":\"large.csv\"}\nSuggestion: Call again when nobody writes to it.\nReference: <ref>"
      )
    }
  })

  it("may vanish", async () => {
    const { call } = start(before((path) => isOrders(path) && rmSync(path)))
    assert.strictEqual((await call("read_file", orders)).problem?.error, "PathNotFound")
  })

  it("may not become a link that leads out", async () => {
    const { call } = start(before((path) => {
      if (!isOrders(path)) return
      rmSync(path)
      symlinkSync(here.folder.at("secrets", "secret.csv"), path)
    }))
    const { problem, text } = await call("read_file", orders)
    assert.strictEqual(problem?.error, "PermissionDenied")
    assert.notInclude(text, FilesServer.secret)
  })

  it("may not lie in a folder that becomes a link out", async () => {
    writeFileSync(here.folder.at("secrets", "orders.csv"), FilesServer.secret)
    const { call } = start(before((path) => {
      if (!isOrders(path) || existsSync(here.at("was-data"))) return
      renameSync(here.at("data"), here.at("was-data"))
      symlinkSync(here.folder.at("secrets"), here.at("data"))
    }))
    const { problem, text } = await call("read_file", orders)
    assert.strictEqual(problem?.error, "PermissionDenied")
    assert.notInclude(text, FilesServer.secret)
  })

  it("may become a pipe, which nobody waits for", async () => {
    const { call } = start(before((path) => {
      if (!isOrders(path)) return
      rmSync(path)
      execFileSync("sh", ["-c", "mkfifo \"$0\"", path])
    }))
    const { problem } = await call("read_file", orders)
    assert.deepInclude(problem?.details as object, { path: "data/orders.csv", kind: "other" })
  })

  it("is opened again if it is another by then, but not for ever", async () => {
    let replacements = 1
    const { call } = start(after((path) => {
      if (!isOrders(path) || replacements-- <= 0) return
      writeFileSync(`${path}.new`, "another")
      renameSync(`${path}.new`, path)
    }))
    assert.deepInclude((await call("read_file", orders)).value as object, { text: "another" })
    replacements = Number.POSITIVE_INFINITY
    assert.strictEqual((await call("read_file", orders)).problem?.error, "PermissionDenied")
  })

  it("is not followed into a folder that became a link while we searched", async () => {
    const { call } = start(after((path) => {
      if (path !== realpathSync(here.at("notes"))) return
      renameSync(here.at("notes/minutes"), here.at("was-minutes"))
      symlinkSync(here.folder.at("secrets"), here.at("notes/minutes"))
    }))
    const { text } = await call("search_files", { query: "secret", path: "notes" })
    assert.deepInclude(JSON.parse(text), { matches: [], count: 0 })
  })
})
