import { createReadStream } from "node:fs"
import { readdir, stat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { PassThrough, Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGunzip } from "node:zlib"
import { type OnLine, readLines } from "./lines.ts"

/** Fails with a sentence about a log that cannot be read. */
export class Unreadable extends Error {}

/** Returns a log and what was rotated away from it, the oldest first: `server.log.2.gz`, `server.log-20261127`, `server.log`. */
export const withRotated = async (path: string): Promise<ReadonlyArray<string>> => {
  const folder = dirname(path)
  const name = basename(path)
  const names = await readdir(folder).catch(() => [])
  const rotated = names.filter((one) =>
    one.startsWith(name) && /^[.-][\d.T_-]{1,30}(?:\.gz)?$/.test(one.slice(name.length))
  )
  const dated = await Promise.all(rotated.map(async (one) => {
    const file = join(folder, one)
    return { file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 }
  }))
  return [...dated.toSorted((a, b) => a.at - b.at).map(({ file }) => file), path]
}

/** Reads a log line by line: `-` is stdin; what is gzipped is read as what it holds. */
export const readLog = async (path: string, stdin: Readable, onLine: OnLine): Promise<void> => {
  const source = path === "-" ? stdin : createReadStream(path)
  try {
    await readLines(await unzipped(source), onLine)
  } catch (failure) {
    const code = (failure as { readonly code?: unknown }).code
    throw new Unreadable(sentences[String(code)] ?? "cannot be read to its end", { cause: failure })
  } finally {
    if (path !== "-") source.destroy()
  }
}

const sentences: { readonly [code: string]: string } = {
  ENOENT: "does not exist",
  EACCES: "may not be read",
  EISDIR: "is a folder",
  Z_BUF_ERROR: "ends in the middle of what is gzipped",
  Z_DATA_ERROR: "is damaged: what is gzipped cannot be read further"
}

/** Looks at the first bytes, not at the name. */
const unzipped = async (source: Readable): Promise<AsyncIterable<Buffer>> => {
  const chunks = (source as AsyncIterable<Buffer | string>)[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done === true) return Readable.from([])
  const head = Buffer.from(first.value)
  const all = (async function*() {
    yield head
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield Buffer.from(next.value)
  })()
  if (head[0] !== 0x1f || head[1] !== 0x8b) return all
  const out = new PassThrough()
  pipeline(all, createGunzip(), out).catch(() => undefined) // the reader sees the failure
  return out
}
