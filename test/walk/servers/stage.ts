/** Keeps what the walks over the example servers share: folders of their own, servers behind a real pipe, and their hosts. */
import * as Walk from "@errata/mcp-adapter/walk"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { replicas } from "../../matrix/replicas.ts"

/** Every way in which a host shows results; each was proved against the host. */
export const hosts = replicas as { readonly [host: string]: Walk.Convert }

/** Walks over one server: its processes, one after the other. */
export interface Stage {
  readonly name: string
  readonly walks: ReadonlyArray<Walk.CommandOptions | Walk.ClientOptions>
  readonly close: () => Promise<void>
}

/** Makes a folder that is removed again. */
export const makeFolder = async (): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), "errata-walk-"))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Names the entry of an example server. */
export const entryOf = (server: string): string => fileURLToPath(import.meta.resolve(`@errata/examples/${server}/main`))

/** Walks over all processes of a stage, and joins the reports. */
export const walkOver = async ({ walks }: Stage, settings: Partial<Walk.Settings> = {}): Promise<Walk.Report> => {
  const reports = []
  for (const options of walks) reports.push(await Walk.walk({ ...options, ...settings }))
  const rows = reports.flatMap(({ rows }) => rows)
  const provoked = new Set(rows.map(({ error, tool }) => `${tool}: ${error}`))
  const missing = reports[0]!.missing.filter((name) => !provoked.has(name))
  return { rows, missing, isFine: missing.length === 0 && reports.every(({ isFine }) => isFine) }
}
