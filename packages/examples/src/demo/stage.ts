/**
 * Prepares the folder that the demo plays in: a copy of the documents, with a few that make trouble.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises"
import * as NodePath from "node:path"
import { formatOf, type SourceFormat } from "../documents/conversion/formats.ts"
import { slowDocument } from "../documents/conversion/slowDocument.ts"
import * as Disk from "../shared/folder/Disk.ts"
import * as SafeFolder from "../shared/folder/SafeFolder.ts"
import * as Walk from "../shared/folder/walk.ts"

/** Says how many documents of a user's folder are copied at most. */
export const maxDocuments = 200

/** How large a copied document may be, in bytes. */
export const maxDocumentBytes = 20_000_000

/** Says how large the file is whose processing is cancelled, in bytes: enough to take a second or two. */
const largeFileBytes = 1_500_000_000

/** Where the demo plays. */
export interface Stage {
  readonly root: string
  readonly data: string
  /** The good documents by their format. */
  readonly byFormat: ReadonlyMap<SourceFormat, string>
  /** A document that was cut off in the middle. */
  readonly broken: string
  readonly slow: string
  readonly large: string
  /** Holds what was left behind, in sentences. */
  readonly leftOut: ReadonlyArray<string>
}

/** Where the documents come from: a folder, or one file of it. */
export interface Source {
  readonly folder: string
  readonly file?: string | undefined
}

/** Copies the documents of `source` below `home` and adds the trouble. Whatever an earlier demo left is removed. */
export const prepare = async (source: Source, home: string): Promise<Stage> => {
  const root = NodePath.join(home, "documents")
  const { copied, leftOut } = await copyDocuments(source, root, home)
  const data = NodePath.join(home, "state")
  const byFormat = new Map<SourceFormat, string>()
  for (const path of copied) {
    const format = formatOf(path)
    if (format !== undefined && !path.startsWith("broken/") && !byFormat.has(format)) byFormat.set(format, path)
  }
  await mkdir(NodePath.join(root, "trouble"), { recursive: true })
  const broken = await breakOne(root, byFormat)
  await writeFile(NodePath.join(root, "trouble/typeset-letter-by-letter.pdf"), slowDocument(2_000))
  await writeSparse(NodePath.join(root, "trouble/very-large.bin"), largeFileBytes)
  return {
    root,
    data,
    byFormat,
    broken,
    leftOut,
    slow: "trouble/typeset-letter-by-letter.pdf",
    large: "trouble/very-large.bin"
  }
}

/** Looks at the source as the servers do: no link is followed, and nothing is waited for. */
const copyDocuments = async ({ file, folder }: Source, root: string, home: string) => {
  await rm(home, { recursive: true, force: true })
  return Effect.gen(function*() {
    const source = yield* SafeFolder.make(folder, { without: [home] })
    const { entries, warnings } = file === undefined
      ? yield* Walk.collect(source.walk(".", { measures: isDocument }))
      : { entries: [{ path: file, type: "file", size: 0 }] as const, warnings: [] }
    const documents = entries.filter(({ path, type }) => type === "file" && isDocument(path))
    const small = documents.filter(({ size = 0 }) => size <= maxDocumentBytes)
    const copied: Array<string> = []
    for (const { path } of small.slice(0, maxDocuments)) {
      const isThere = yield* Effect.isSuccess(copy(source, path, NodePath.join(root, path)))
      if (isThere) copied.push(path)
    }
    const large = documents.length - small.length
    const lost = Math.min(small.length, maxDocuments) - copied.length
    const leftOut = [
      ...copied.length === documents.length ? [] : [`${copied.length} of ${documents.length} documents are copied.`],
      ...large === 0 ? [] : [`${large} have more than ${maxDocumentBytes / 1e6} MB.`],
      ...lost === 0 ? [] : [`${lost} cannot be read.`],
      ...warnings.map(({ path, reason }) => `Not all of ${path} is here: ${reason}.`)
    ]
    return { copied, leftOut }
  }).pipe(Effect.provide(Layer.mergeAll(NodeFileSystem.layer, Disk.layer)), Effect.runPromise)
}

const isDocument = (path: string): boolean => formatOf(path) !== undefined && !path.includes("node_modules")

const copy = (source: SafeFolder.SafeFolder, path: string, to: string) =>
  Effect.gen(function*() {
    const file = yield* source.open(path)
    if (file.size > maxDocumentBytes) return yield* Effect.fail("too large")
    const bytes = Buffer.concat(yield* Stream.runCollect(file.chunks()))
    yield* Effect.tryPromise(async () => {
      await mkdir(NodePath.dirname(to), { recursive: true })
      await writeFile(to, bytes)
    })
  }).pipe(Effect.scoped)

/** Cuts a real document in half, so that the broken one is the user's too. */
const breakOne = async (root: string, byFormat: ReadonlyMap<SourceFormat, string>): Promise<string> => {
  const path = byFormat.get("pdf") ?? byFormat.get("docx")
  const name = path === undefined ? "trouble/cut-off.json" : `trouble/cut-off-${NodePath.basename(path)}`
  const whole = path === undefined ? new TextEncoder().encode("{\"half\": ") : await readFile(NodePath.join(root, path))
  await writeFile(NodePath.join(root, name), path === undefined ? whole : whole.subarray(0, whole.length / 2))
  return name
}

/** Writes a file with a hole: large to read, small on disk. */
const writeSparse = async (path: string, bytes: number): Promise<void> => {
  const file = await open(path, "w")
  await file.truncate(bytes)
  await file.close()
}
