/**
 * Joins the tools of the documents server with their handlers and the services behind them.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Sql from "@errata/core/stores/sql"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Disk from "../shared/folder/Disk.ts"
import * as Assign from "./assign.ts"
import * as BatchConvert from "./batch.ts"
import * as Catalogue from "./Catalogue.ts"
import * as ConversionPool from "./conversion/ConversionPool.ts"
import * as Convert from "./convert.ts"
import * as Data from "./data.ts"
import * as Database from "./database.ts"
import * as LargeFile from "./largeFile.ts"
import * as Library from "./Library.ts"
import * as Settings from "./settings.ts"
import * as Slow from "./Slow.ts"
import * as Tools from "./tools.ts"
import * as Workspaces from "./Workspaces.ts"

/** The tools of the documents server. */
export const Documents = Toolkit.make("Documents", [
  Tools.listDocuments,
  Tools.convertDocument,
  Tools.batchConvertDocuments,
  Tools.assignToCategory,
  Tools.processLargeFile,
  Tools.processData
])

const handlers = Toolkit.toLayer(Documents, {
  list_documents: ({ limit = 200, offset = 0 }) => Library.Library.use((library) => library.list({ limit, offset })),
  convert_document: Convert.convertDocument,
  batch_convert_documents: BatchConvert.batchConvertDocuments,
  assign_to_category: Assign.assignToCategory,
  process_large_file: LargeFile.processLargeFile,
  process_data: Data.processData
})

const conversions = Layer.unwrap(Effect.gen(function*() {
  const { conversionMegabytes, conversionWait } = yield* Settings.Settings
  const { home } = yield* Workspaces.Workspaces
  return ConversionPool.layer({ workspaces: home, maxMegabytes: conversionMegabytes, maxWait: conversionWait })
}))

/** Everything the server needs, from the settings down to the files. */
export const layer = (root: string) =>
  handlers.pipe(
    Layer.provide(Library.layer),
    Layer.provide([Catalogue.layer, conversions, Slow.layer]),
    Layer.provideMerge(Sql.layer()), // the keys are kept beside what they protect
    Layer.provide(Database.layer),
    Layer.provide(Workspaces.layer),
    Layer.provideMerge(Settings.layer(root)),
    Layer.provideMerge(Layer.merge(NodeFileSystem.layer, Disk.layer))
  )
