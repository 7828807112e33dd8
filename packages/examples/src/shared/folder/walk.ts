/**
 * Walks through a folder: what is near first, in the order of the names.
 *
 * **Details**
 *
 * - Links are left out. What they lead to inside the folder is met under its own name, what lies outside stays there, and
 *   no circle of them is a circle here.
 * - The walk is bounded. When it stops early it says so: never does a part pass for the whole.
 * - A folder that cannot be read costs that folder, and is told.
 * - It asks the disk for one folder at a time and may be interrupted in the middle of each.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { Item, Listing, ListOptions } from "./Disk.ts"
import { reasonOf } from "./errors.ts"

/** Something below a folder. */
export interface Entry {
  readonly _tag: "Entry"
  /** Relative to the root, with forward slashes. */
  readonly path: string
  readonly type: "file" | "directory"
  /** In bytes, where it was asked for. */
  readonly size?: number | undefined
}

/** A part of the folder that the walk did not see. */
export interface Warning {
  readonly _tag: "Warning"
  /** The folder that was not read, or not wholly; relative to the root. */
  readonly path: string
  /** A few words without a full stop. */
  readonly reason: string
}

/** Says how to walk. */
export interface WalkOptions {
  /** Says how many files, folders and other things are looked at most. Default: {@link maxEntries}. */
  readonly maxEntries?: number | undefined
  /** Decides, by its path, of which files the size is told. Default: none. */
  readonly measures?: ((path: string) => boolean) | undefined
}

/** Says how many files, folders and other things a walk looks at if nothing else is said. */
export const maxEntries = 10_000

/** Reads one folder, if the walk may go there. */
export type ReadFolder = (path: string, options: ListOptions) => Effect.Effect<Listing | undefined, PlatformError>

/** Walks through what lies below a path that leads to a folder. */
export const walk = (
  read: ReadFolder,
  start: string,
  options?: WalkOptions
): Stream.Stream<Entry | Warning> =>
  Stream.suspend(() => {
    const bound = options?.maxEntries ?? maxEntries
    const measures = options?.measures ?? (() => false)
    const waiting = [start]
    let room = bound

    const next = Effect.fnUntraced(function*(folder: string) {
      const pathOf = (name: string): string => folder === "." ? name : `${folder}/${name}`
      const listing = yield* read(folder, { limit: room, measures: (name) => measures(pathOf(name)) })
      if (listing === undefined) return []
      room -= listing.items.length + listing.unreachable.length
      const seen: Array<Entry | Warning> = listing.unreachable.map((name) =>
        warning(pathOf(name), "its name is no UTF-8")
      )
      for (const { kind, name, size } of listing.items.toSorted(byName)) {
        if (kind !== "file" && kind !== "directory") continue
        const path = pathOf(name)
        if (kind === "directory") waiting.push(path)
        seen.push({ _tag: "Entry", path, type: kind, ...size === undefined || kind === "directory" ? {} : { size } })
      }
      if (listing.isCut) {
        waiting.length = 0
        seen.push(warning(start, `only the first ${bound} files and folders in it were looked at`))
      }
      return seen
    })

    const step = (folder: string) =>
      Effect.catch(next(folder), (error) => {
        const reason = reasonOf(error)
        return Effect.succeed(reason === undefined ? [] : [warning(folder, reason)])
      })

    return Stream.paginate(0, (at) => {
      const folder = waiting[at]
      return folder === undefined
        ? Effect.succeed([[], Option.none()] as const)
        : Effect.map(step(folder), (seen) =>
          [seen, at + 1 < waiting.length ? Option.some(at + 1) : Option.none()] as const)
    })
  })

/** Describes what a walk saw. */
export interface Seen {
  readonly entries: ReadonlyArray<Entry>
  readonly warnings: ReadonlyArray<Told>
}

/** A warning as a reader is told it. */
export type Told = Pick<Warning, "path" | "reason">

/** Walks to the end and keeps all that was seen. */
export const collect = (walk: Stream.Stream<Entry | Warning>): Effect.Effect<Seen> =>
  Effect.map(Stream.runCollect(walk), (seen) => ({
    entries: seen.filter((one) => one._tag === "Entry"),
    warnings: told(seen.filter((one) => one._tag === "Warning"))
  }))

/** Says how many warnings are told. */
const maxWarnings = 20

/** Keeps warnings short enough to be read. The last one, which says that the walk was cut, is always kept. */
export const told = (warnings: ReadonlyArray<Warning>): ReadonlyArray<Told> => {
  const all = warnings.map(({ path, reason }) => ({ path, reason }))
  if (all.length <= maxWarnings) return all
  const left = all.length - maxWarnings
  return [...all.slice(0, maxWarnings - 1), { path: ".", reason: `and ${left} other places` }, ...all.slice(-1)]
}

const warning = (path: string, reason: string): Warning => ({ _tag: "Warning", path, reason })

const byName = (a: Item, b: Item): number => a.name < b.name ? -1 : a.name > b.name ? 1 : 0
