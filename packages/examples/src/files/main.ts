/**
 * Serves the files of a folder over stdio or HTTP: `node packages/examples/src/files/main.ts [--root <folder>] [--http <port>]`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { fileURLToPath } from "node:url"
import { main } from "../shared/main.ts"
import { Files, layer } from "./toolkit.ts"

await main({
  name: "files",
  arguments: { root: fileURLToPath(new URL("../../samples/files", import.meta.url)) },
  load: ({ root }) => ({ tools: Toolkit.handled(Files), layer: layer(root) })
})
