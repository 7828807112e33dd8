/**
 * Joins the tools of the files server with their handlers and the services behind them.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Layer from "effect/Layer"
import * as Disk from "../shared/folder/Disk.ts"
import * as Csv from "./csv.ts"
import * as Process from "./process.ts"
import * as ReadFile from "./readFile.ts"
import * as Root from "./Root.ts"
import * as Search from "./search.ts"
import * as Settings from "./settings.ts"
import * as Tools from "./tools.ts"

/** The tools of the files server. */
export const Files = Toolkit.make("Files", [
  Tools.searchFiles,
  Tools.readFile,
  Tools.processFiles,
  Tools.processCsvFile
])

/** The handlers, which need the root. */
export const handlers = Toolkit.toLayer(Files, {
  search_files: Search.searchFiles,
  read_file: ReadFile.readFile,
  process_files: Process.processFiles,
  process_csv_file: Csv.processCsvFile
})

/** Everything the server needs, from the settings down to the files. */
export const layer = (root: string) =>
  handlers.pipe(
    Layer.provide(Root.layer),
    Layer.provideMerge(Settings.layer(root)),
    Layer.provideMerge([NodeFileSystem.layer, Disk.layer])
  )
