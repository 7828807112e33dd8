/**
 * Serves the operations over stdio: `node packages/examples/src/operations/main.ts`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { serve } from "../shared/serve.ts"
import { layer, Operations } from "./toolkit.ts"

await serve({ name: "operations", tools: Toolkit.handled(Operations), layer })
