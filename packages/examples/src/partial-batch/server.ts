/**
 * Serves the desk of the story over stdio: `node packages/examples/src/partial-batch/server.ts`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { main } from "../shared/main.ts"
import { Desk, layer, troubles } from "./desk.ts"

await main({ name: "proofreaders", load: () => ({ tools: Toolkit.handled(Desk), layer: layer(troubles) }) })
