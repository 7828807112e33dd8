/**
 * Serves the documents of a folder over stdio: `node packages/examples/src/documents/main.ts [--root <folder>]`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { serve } from "../shared/serve.ts"
import { Documents, layer } from "./toolkit.ts"

const samples = fileURLToPath(new URL("../../samples/documents", import.meta.url))
const { values } = parseArgs({ options: { root: { type: "string", default: samples } } })

await serve({ name: "documents", tools: Toolkit.handled(Documents), layer: layer(values.root) })
