/**
 * Serves the documents of a folder over stdio: `node packages/examples/src/documents/main.ts [--root <folder>]`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { cannotStart, serve } from "../shared/serve.ts"
import { Documents, layer } from "./toolkit.ts"

const name = "documents"
const samples = fileURLToPath(new URL("../../samples/documents", import.meta.url))

const root = (): string => {
  try {
    return parseArgs({ options: { root: { type: "string", default: samples } } }).values.root
  } catch (failure) {
    return cannotStart(name, failure)
  }
}

await serve({ name, tools: Toolkit.handled(Documents), layer: layer(root()) })
