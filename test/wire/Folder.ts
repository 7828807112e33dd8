/**
 * Makes temporary folders for tests, and looks into folders and processes.
 */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as NodePath from "node:path"

/** A folder that `remove` removes. */
export interface Folder {
  readonly path: string
  /** The path of something inside. */
  readonly at: (...names: ReadonlyArray<string>) => string
  readonly remove: () => void
}

/** Makes an empty folder. */
export const make = (): Folder => {
  const path = mkdtempSync(NodePath.join(tmpdir(), "errata-test-"))
  return {
    path,
    at: (...names) => NodePath.join(path, ...names),
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What is in a folder; nothing if there is no folder. */
export const list = (path: string): ReadonlyArray<string> => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** The files, sockets and pipes that a process of this machine has open (Linux). */
export const openFiles = (pid: number): ReadonlyArray<string> =>
  list(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
    } catch {
      return [] // closed meanwhile
    }
  })
