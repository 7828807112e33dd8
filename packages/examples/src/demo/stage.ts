/**
 * Prepares the folder that the demo plays in: a copy of the documents, with a few that make trouble.
 */
import { copyFile, mkdir, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import * as NodePath from "node:path"
import { formatOf, type SourceFormat } from "../documents/conversion/formats.ts"
import { slowDocument } from "../documents/conversion/slowDocument.ts"

/** How many documents of a user's folder are copied at most. */
export const maxDocuments = 200

/** How large a copied document may be, in bytes. */
export const maxDocumentBytes = 20_000_000

/** How large the file is whose processing is cancelled, in bytes: enough to take a second or two. */
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
}

/** Copies the documents of `source` below `home` and adds the trouble. Whatever an earlier demo left is removed. */
export const prepare = async (source: string, home: string): Promise<Stage> => {
  await rm(home, { recursive: true, force: true })
  const root = NodePath.join(home, "documents")
  const data = NodePath.join(home, "state")
  await mkdir(NodePath.join(root, "trouble"), { recursive: true })
  const copied = await copyDocuments(source, root)
  const byFormat = new Map<SourceFormat, string>()
  for (const path of copied) {
    const format = formatOf(path)
    if (format !== undefined && !path.startsWith("broken/") && !byFormat.has(format)) byFormat.set(format, path)
  }
  const broken = await breakOne(root, byFormat)
  await writeFile(NodePath.join(root, "trouble/typeset-letter-by-letter.pdf"), slowDocument(2_000))
  await writeSparse(NodePath.join(root, "trouble/very-large.bin"), largeFileBytes)
  return { root, data, byFormat, broken, slow: "trouble/typeset-letter-by-letter.pdf", large: "trouble/very-large.bin" }
}

const copyDocuments = async (source: string, root: string): Promise<ReadonlyArray<string>> => {
  const copied: Array<string> = []
  for (const entry of (await readdir(source, { recursive: true })).toSorted((a, b) => a.localeCompare(b))) {
    if (copied.length >= maxDocuments) break
    if (formatOf(entry) === undefined || entry.includes("node_modules")) continue
    const info = await stat(NodePath.join(source, entry))
    if (!info.isFile() || info.size > maxDocumentBytes) continue
    await mkdir(NodePath.dirname(NodePath.join(root, entry)), { recursive: true })
    await copyFile(NodePath.join(source, entry), NodePath.join(root, entry))
    copied.push(entry.split(NodePath.sep).join("/"))
  }
  return copied
}

/** Cuts a real document in half, so that the broken one is the user's too. */
const breakOne = async (root: string, byFormat: ReadonlyMap<SourceFormat, string>): Promise<string> => {
  const path = byFormat.get("pdf") ?? byFormat.get("docx")
  const name = path === undefined ? "trouble/cut-off.json" : `trouble/cut-off-${NodePath.basename(path)}`
  const whole = path === undefined ? new TextEncoder().encode("{\"half\": ") : await readFile(NodePath.join(root, path))
  await writeFile(NodePath.join(root, name), path === undefined ? whole : whole.subarray(0, whole.length / 2))
  return name
}

/** A file with a hole: large to read, small on disk. */
const writeSparse = async (path: string, bytes: number): Promise<void> => {
  const file = await open(path, "w")
  await file.truncate(bytes)
  await file.close()
}
