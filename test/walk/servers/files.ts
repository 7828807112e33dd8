/** Provokes every error of the files server, on a copy of its samples. */
import * as Files from "@errata/examples/files/toolkit"
import type * as Walk from "@errata/mcp-adapter/walk"
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { entryOf, makeFolder, type Stage } from "./stage.ts"

const samples = fileURLToPath(new URL("../../../packages/examples/samples/files", import.meta.url))

const rows = (count: number): string =>
  `id,title\n${Array.from({ length: count }, (_, i) => `${i},A title that takes some room ${i}\n`).join("")}`

const lay = (root: string): void => {
  cpSync(samples, root, { recursive: true })
  writeFileSync(join(root, "notes", "long.txt"), "A line of a file that is longer than one reply.\n".repeat(4_000))
  writeFileSync(join(root, "notes", "middling.txt"), "A line of a file.\n".repeat(2_500))
  writeFileSync(join(root, "data", "large.csv"), rows(20_000))
  writeFileSync(join(root, "data", "endless.csv"), `id,title\n${"1,A title that takes some room\n".repeat(2_000_000)}`)
  writeFileSync(join(root, "data", "ragged.csv"), `${rows(5)}6,two,many\n${rows(3).split("\n").slice(1).join("\n")}`)
  mkdirSync(join(root, "drawer", "inner"), { recursive: true })
  writeFileSync(join(root, "drawer", "key.txt"), "under the mat\n")
  symlinkSync("/etc/hostname", join(root, "drawer", "out"))
  execFileSync("mkfifo", [join(root, "drawer", "pipe")])
}

export const make = async (): Promise<Stage> => {
  const folder = await makeFolder()
  const root = join(folder.path, "shelf")
  lay(root)
  const server = {
    command: process.execPath,
    args: [entryOf("files"), "--root", root],
    wait: () => undefined
  }
  return {
    name: "files",
    walks: [
      { ...server, definitions: Files.Files.tools, except, provoke: provoke(root) },
      { ...server, env: { ERRATA_CSV_TIMEOUT: "300 millis" }, provoke: slow }
    ],
    close: folder.remove
  }
}

/** The disk's own failures, and a file that another program cuts while it is read, come and go: other tests provoke them. */
const except = ["Overloaded", "ProcessingError", "FileChanged"]

/** A file that is too much for the time limit, and a part of it that is not. */
const slow: Walk.Provocations = {
  process_csv_file: { CsvTimedOut: { arguments: { file_path: "data/endless.csv", operation: "analyze" } } }
}

const provoke = (root: string): Walk.Provocations => ({
  search_files: {
    InvalidArguments: {
      arguments: { query: "a", max_results: 1_000 },
      intent: { query: "orders" },
      note: "both bounds at once"
    },
    PathNotFound: { arguments: { query: "orders", path: "dta" } },
    PermissionDenied: { arguments: { query: "hosts", path: "/etc/hosts" } },
    NotAFile: { arguments: { query: "mat", path: "drawer/pipe" }, intent: { path: "drawer" } },
    Nothing: { arguments: { query: "zzz-not-there" }, silent: /\bcount\W+0\b/, whole: { query: "orders" } },
    Truncated: {
      arguments: { query: "the", max_results: 1 },
      silent: /truncated\W+true/,
      whole: { query: "under the mat" }
    }
  },
  serch_files: { UnknownTool: { arguments: { query: "orders" } } },
  read_file: {
    InvalidArguments: [
      { arguments: { path: "notes/house-rules.md", max_bytes: 0 }, note: "out of bounds" },
      {
        arguments: { file_path: "notes/house-rules.md" },
        intent: { path: "notes/house-rules.md" },
        note: "another tool's field"
      }
    ],
    PathNotFound: [
      { arguments: { path: "notes/house-rule.md" }, note: "misspelt" },
      { arguments: { path: "house-rules.md" }, note: "in another folder" }
    ],
    PermissionDenied: [
      { arguments: { path: "../shelf/notes/house-rules.md" }, note: "leads out" },
      { arguments: { path: "drawer/out" }, intent: { path: "drawer/key.txt" }, note: "a link that leads out" }
    ],
    NotAFile: [
      { arguments: { path: "notes" }, note: "a directory" },
      { arguments: { path: "drawer/pipe" }, intent: { path: "drawer/key.txt" }, note: "a pipe" }
    ],
    FileTooLarge: [
      { arguments: { path: "notes/middling.txt" }, note: "more than was allowed" },
      { arguments: { path: "notes/long.txt" }, note: "more than fits" },
      { arguments: { path: "data/large.csv" }, note: "a table" }
    ],
    OffsetBeyondEnd: { arguments: { path: "drawer/key.txt", offset: 1_000 } },
    BinaryFile: { arguments: { path: "pictures/frisket.png" } },
    Part: {
      arguments: { path: "notes/long.txt", offset: 0 },
      silent: /next_offset/,
      whole: { path: "drawer/key.txt" }
    }
  },
  process_files: {
    InvalidArguments: { arguments: { file_paths: ["data/orders.csv"], operation: "count" } },
    PathNotFound: [
      { arguments: { file_paths: ["data/order.csv"], operation: "checksum" }, note: "the only one" },
      { arguments: { file_paths: ["drawer/key.txt", "data/order.csv"], operation: "checksum" }, note: "one of two" }
    ],
    NotAFile: { arguments: { file_paths: ["drawer"], operation: "checksum" } },
    PermissionDenied: {
      arguments: { file_paths: ["drawer/out"], operation: "checksum" },
      intent: { file_paths: ["drawer/key.txt"] },
      ends: "handed over"
    },
    ProcessingError: {
      arguments: { file_paths: ["pictures/frisket.png"], operation: "count_lines" },
      intent: { operation: "checksum" }
    },
    Partial: {
      arguments: { file_paths: ["drawer/key.txt", "drawer/none"], operation: "checksum" },
      silent: /status\W+partial/,
      whole: { file_paths: ["drawer/key.txt"], operation: "checksum" }
    }
  },
  process_csv_file: {
    InvalidArguments: { arguments: { file_path: "data/orders.csv", operation: "analyse" } },
    PathNotFound: { arguments: { file_path: "data/orders.csv.csv", operation: "analyze" } },
    PermissionDenied: { arguments: { file_path: "/data/orders.csv", operation: "analyze" } },
    NotAFile: { arguments: { file_path: "data", operation: "analyze" } },
    CsvMalformed: [
      { arguments: { file_path: "data/ragged.csv", operation: "transform" }, note: "one bad record" },
      {
        arguments: { file_path: "data/mended.csv", operation: "validate" },
        before: () => writeFileSync(join(root, "data", "mended.csv"), "a,b\n\"1,2\n"),
        meanwhile: () => writeFileSync(join(root, "data", "mended.csv"), "a,b\n1,2\n"),
        ends: "told",
        note: "no record can be read"
      }
    ],
    CsvTooLarge: { arguments: { file_path: "data/large.csv", operation: "transform" } },
    More: {
      arguments: { file_path: "data/orders.csv", operation: "validate", limit: 1 },
      silent: /has_more\W+true/,
      whole: { file_path: "data/orders.csv", operation: "validate" }
    }
  }
})
