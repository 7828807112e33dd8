/**
 * Whatever a path looks like, nothing outside the root is opened, listed or told.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { it } from "@effect/vitest"
import { confine } from "@errata/examples/shared/folder/confine"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { realpathSync } from "node:fs"
import * as NodePath from "node:path"
import { afterAll, assert, beforeAll, describe } from "vitest"
import { runs, seeded, type Source } from "../../core/support/arbitraries.ts"
import * as FilesServer from "./FilesServer.ts"
import * as Watched from "./fixtures/Watched.ts"

const here = FilesServer.place()
const root = realpathSync(here.root)
const touched: Array<string> = []

/** What is really at a path; the path itself if nothing is. */
const really = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

const isInside = (path: string): boolean => path === root || path.startsWith(root + NodePath.sep)

let server: Watched.Watched

beforeAll(() => {
  FilesServer.traps(here)
  server = Watched.start(here.root, {
    disk: (real) => ({
      open: (path) =>
        Effect.tap(
          real.open(path),
          ({ whereabouts }) => Effect.map(whereabouts, (path) => touched.push(path ?? "somewhere unknown"))
        )
    }),
    files: () => ({
      open: () => Effect.die("the disk opens files, nobody else"),
      readDirectory: () => Effect.die("the disk reads folders, nobody else"),
      readDirectoryEntries: () => Effect.die("the disk reads folders, nobody else"),
      readFile: () => Effect.die("no file is read without being opened first"),
      readFileString: () => Effect.die("no file is read without being opened first"),
      stream: () => Effect.die("no file is read without being opened first") as never
    })
  })
})
afterAll(async () => {
  await server.stop()
  here.folder.remove()
})

/** Paths that lead somewhere, some of them out. */
const known = [
  ".",
  "data/orders.csv",
  "notes/minutes/2026-03.txt",
  "traps/file-inside",
  "traps/folder-inside/orders.csv",
  "traps/file-out",
  "traps/folder-out/secret.csv",
  "traps/folder-out/deep/secret.txt",
  "traps/link-to-link-out",
  "traps/nowhere-out",
  "traps/circle",
  "traps/pipe",
  "traps/up/secrets/secret.csv",
  "traps/up/shelf/data/orders.csv",
  "../secrets/secret.csv",
  "../shelf/data/orders.csv"
]

const names = [
  "..",
  ".",
  "",
  "data",
  "traps",
  "folder-out",
  "folder-inside",
  "up",
  "secrets",
  "secret.csv",
  "etc",
  "passwd",
  "...",
  "%2e%2e",
  ".. ",
  "․․",
  "C:",
  "~",
  "$HOME",
  "a\0b",
  "\0",
  "..\0",
  "x".repeat(300)
]

type Change = (from: Source, path: string) => string

const at = (from: Source, path: string, insert: string): string => {
  const parts = path.split("/")
  return parts.toSpliced(from.int(parts.length + 1), 0, insert).join("/")
}

/** What makes a path look different and often lead to the same place. */
const changes: ReadonlyArray<Change> = [
  (from, path) => at(from, path, "."),
  (from, path) => at(from, path, ""),
  (from, path) => at(from, path, "data/.."),
  (from, path) => at(from, path, "traps/folder-out/.."),
  (from, path) => at(from, path, ".."),
  (from, path) => at(from, path, from.pick(names)),
  (from, path) =>
    from.pick(["/", "//", "\\", "C:\\", "c:/", "\\\\?\\", "./", "../", "file://", `${root}/`, `${here.folder.path}/`]) +
    path,
  (_, path) => `${path}/`,
  (_, path) => path.replaceAll("/", "\\"),
  (from, path) => Array.from(path, (letter) => from.chance(50) ? letter.toUpperCase() : letter).join("")
]

const paths = seeded((from) =>
  Array.from({ length: from.int(4) }).reduce<string>((path) => from.pick(changes)(from, path), from.pick(known))
)

describe("a path", () => {
  it.effect.prop("is resolved to what it leads to inside, or refused", [paths], ([path]) =>
    Effect.gen(function*() {
      const result = yield* Effect.result(confine(here.root, path))
      if (Result.isSuccess(result)) {
        assert.strictEqual(result.success, realpathSync(NodePath.resolve(root, path)))
        assert(isInside(result.success), result.success)
      } else if (!path.includes("\0") && !isInside(really(NodePath.resolve(root, path)))) {
        assert.strictEqual(result.failure._tag, "PermissionDenied")
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)), runs(1_500))

  it.effect.prop(
    "opens, lists and tells nothing outside, whatever the tool",
    [paths],
    ([path]) =>
      Effect.promise(async () => {
        touched.length = 0
        const answers = await Promise.all([
          server.call("read_file", { path }),
          server.call("search_files", { query: "nobody", path }),
          server.call("process_csv_file", { file_path: path, operation: "transform" }),
          server.call("process_files", { file_paths: [path], operation: "checksum" })
        ])
        for (const at of touched) assert(isInside(at), `${JSON.stringify(path)} leads to ${at}`)
        for (const { problem, text } of answers) {
          assert.notInclude(text, FilesServer.secret)
          assert.notStrictEqual(problem?.type, "internal_error")
        }
      }),
    runs(150)
  )
})
