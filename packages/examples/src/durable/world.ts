/**
 * The world outside of the shop: a bank, a carrier and the post, which take a key and do nothing twice under one.
 *
 * It is a folder, so that it outlives the processes of the story: a line for each request, and a file for each effect.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Writes what was asked for as a name of a file: what an order is called, its caller says. */
const named = (what: string): string =>
  what.slice(0, 100).replaceAll(/[^\w -]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)

const fileOf = (folder: string, what: string, key: string): string => join(folder, `${named(what)}.${key}`)

/** Notes a request. */
export const ask = (folder: string, what: string): void => appendFileSync(join(folder, "requests"), `${named(what)}\n`)

/** Does what was asked for, once for a key. */
export const effect = (folder: string, what: string, key: string): string => {
  const file = fileOf(folder, what, key)
  if (!existsSync(file)) writeFileSync(file, what)
  return `${what} (${key.slice(0, 8)})`
}

/** Takes it back. */
export const undo = (folder: string, what: string, key: string): void =>
  rmSync(fileOf(folder, what, key), { force: true })

/** Returns what was asked for, in this order. */
export const requests = (folder: string): ReadonlyArray<string> =>
  existsSync(join(folder, "requests")) ? readFileSync(join(folder, "requests"), "utf8").trimEnd().split("\n") : []

/** Returns what is done, and was not taken back. */
export const effects = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).flatMap((name) => name.includes(".") ? [name.slice(0, name.indexOf("."))] : []).sort()
