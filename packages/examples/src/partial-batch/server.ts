/**
 * Serves the desk of the story over stdio: `node packages/examples/src/partial-batch/server.ts`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { serve } from "../shared/serve.ts"
import { Desk, layer, troubles } from "./desk.ts"

await serve({ name: "proofreaders", tools: Toolkit.handled(Desk), layer: layer(troubles) })
