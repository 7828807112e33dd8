/**
 * Serves the documents of a folder over stdio or HTTP: `node packages/examples/src/documents/main.ts [--root <folder>] [--http <port>]`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { fileURLToPath } from "node:url"
import { main } from "../shared/main.ts"
import { Documents, layer } from "./toolkit.ts"

await main({
  name: "documents",
  arguments: { root: fileURLToPath(new URL("../../samples/documents", import.meta.url)) },
  load: ({ root }) => ({ tools: Toolkit.handled(Documents), layer: layer(root) })
})
