/**
 * What the file system may do to us: it refuses, breaks, runs out of handles, and changes while we look.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { type PlatformError, systemError, type SystemErrorTag } from "effect/PlatformError"
import { renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs"
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

type Files = FileSystem.FileSystem

const start = (change: (real: Files) => Partial<Files>) => (server = Watched.start(here.root, change))

/** A file whose bytes cannot be read. */
const unreadable = (code: string) => (real: Files): Partial<Files> => ({
  open: (path, options) =>
    Effect.map(real.open(path, options), (file) =>
      new Proxy(file, {
        get: (target, name) => name === "readAlloc" ? () => failure(code) : Reflect.get(target, name, target) as unknown
      }))
})

const orders = { path: "data/orders.csv" }

describe("a file that nobody may read", () => {
  it("is permission denied", async () => {
    const { call } = start(() => ({ open: () => failure("EACCES", "PermissionDenied") }))
    const { problem, text } = await call("read_file", orders)
    expect(text.replace(problem!.reference_id, "<ref>")).toMatchInlineSnapshot(`
      "No permission to read data/orders.csv.
      Error: permission_denied (permanent). Retry only after this is resolved.
      Details: {"action":"read","resource":"data/orders.csv"}
      Next steps:
      1. Search for it inside the root: search_files {} (fill in: query)
      Reference: <ref>"
    `)
    assert.strictEqual(
      (await call("process_csv_file", { file_path: "data/orders.csv", operation: "validate" })).problem?.error,
      "PermissionDenied"
    )
  })

  it("is so too if already its folder cannot be entered", async () => {
    const { call } = start((real) => ({
      realPath: (path) => path.endsWith("orders.csv") ? failure("EPERM", "PermissionDenied") : real.realPath(path)
    }))
    assert.strictEqual((await call("read_file", orders)).problem?.error, "PermissionDenied")
  })

  it("is looked for by its name only", async () => {
    const { call } = start(() => ({ open: () => failure("EACCES", "PermissionDenied") }))
    const { value } = await call("search_files", { query: "orders", path: "data" })
    assert.deepInclude(value as object, {
      matches: [{ path: "data/orders.csv", type: "file" }],
      count: 1,
      names_only: 3
    })
  })
})

describe("a folder that nobody may list", () => {
  it("hides what is in it, and nothing else", async () => {
    const { call } = start((real) => ({
      readDirectoryEntries: (path) =>
        path.endsWith("data") ? failure("EACCES", "PermissionDenied") : real.readDirectoryEntries(path)
    }))
    const { value } = await call("search_files", { query: "orders" })
    assert.deepStrictEqual((value as { matches: ReadonlyArray<{ path: string }> }).matches.map(({ path }) => path), [
      "notes/house-rules.md",
      "notes/minutes/2026-04.txt"
    ])
  })
})

describe("a file system without handles", () => {
  it.each(["EMFILE", "ENFILE"])("is overloaded, which passes: %s", async (code) => {
    const { call } = start(() => ({ open: () => failure(code) }))
    const { problem, text } = await call("read_file", orders)
    assert.strictEqual(
      text.replace(problem!.reference_id, "<ref>"),
      "The file system has too much to do.\nError: overloaded (transient). Retry later.\n" +
        "Details: {\"service\":\"The file system\"}\nReference: <ref>"
    )
  })
})

describe("a disk that breaks", () => {
  it("is a processing error that hides what the system said", async () => {
    const { call } = start(unreadable("EIO"))
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
  it("may grow, but not beyond what may be read", async () => {
    const { call } = start((real) => ({
      open: (path, options) =>
        Effect.tap(
          real.open(path, options),
          () => Effect.sync(() => writeFileSync(path, "x".repeat(300_000), { flag: "a" }))
        )
    }))
    const { problem } = await call("read_file", { ...orders, max_bytes: 300_000 })
    assert.strictEqual(problem?.type, "too_large")
  })

  it("may vanish", async () => {
    const { call } = start((real) => ({
      open: (path, options) => {
        rmSync(path)
        return real.open(path, options)
      }
    }))
    assert.strictEqual((await call("read_file", orders)).problem?.error, "PathNotFound")
  })

  it("may not become a link that leads out", async () => {
    const { call } = start((real) => ({
      open: (path, options) => {
        unlinkSync(path)
        symlinkSync(here.folder.at("secrets", "secret.csv"), path)
        return real.open(path, options)
      }
    }))
    const { problem, text } = await call("read_file", orders)
    assert.strictEqual(problem?.error, "PermissionDenied")
    assert.notInclude(text, FilesServer.secret)
  })

  it("may not lie in a folder that becomes a link out", async () => {
    writeFileSync(here.folder.at("secrets", "orders.csv"), FilesServer.secret)
    const { call } = start((real) => ({
      open: (path, options) => {
        renameSync(here.at("data"), here.at("was-data"))
        symlinkSync(here.folder.at("secrets"), here.at("data"))
        return real.open(path, options)
      }
    }))
    const { problem, text } = await call("read_file", orders)
    assert.strictEqual(problem?.error, "PermissionDenied")
    assert.notInclude(text, FilesServer.secret)
  })

  it("is opened again if it is another by then, but not for ever", async () => {
    let replacements = 1
    const { call } = start((real) => ({
      open: (path, options) =>
        Effect.tap(real.open(path, options), () =>
          Effect.sync(() => {
            if (replacements-- <= 0) return
            writeFileSync(`${path}.new`, "another")
            renameSync(`${path}.new`, path)
          }))
    }))
    assert.deepInclude((await call("read_file", orders)).value as object, { text: "another" })
    replacements = Number.POSITIVE_INFINITY
    assert.strictEqual((await call("read_file", orders)).problem?.error, "PermissionDenied")
  })

  it("is not followed into a folder that became a link while we searched", async () => {
    const { call } = start((real) => ({
      readDirectoryEntries: (path) =>
        Effect.tap(real.readDirectoryEntries(path), () =>
          Effect.sync(() => {
            if (path !== here.at("notes")) return
            renameSync(here.at("notes/minutes"), here.at("was-minutes"))
            symlinkSync(here.folder.at("secrets"), here.at("notes/minutes"))
          }))
    }))
    const { text } = await call("search_files", { query: "secret", path: "notes" })
    assert.deepInclude(JSON.parse(text), { matches: [], count: 0 })
  })
})

describe("a read that gives nothing", () => {
  it("is the end of the file", async () => {
    const { call } = start((real) => ({
      open: (path, options) =>
        Effect.map(real.open(path, options), (file) =>
          new Proxy(file, {
            get: (target, name) =>
              name === "readAlloc" ? () => Effect.succeed(Option.none()) : Reflect.get(target, name, target) as unknown
          }))
    }))
    assert.deepInclude((await call("read_file", orders)).value as object, { text: "", size_bytes: 0 })
  })
})
