/**
 * Serves the operations over stdio or HTTP: `node packages/examples/src/operations/main.ts [--http <port>]`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { main } from "../shared/main.ts"
import { layer, Operations } from "./toolkit.ts"

await main({ name: "operations", load: () => ({ tools: Toolkit.handled(Operations), layer }) })
