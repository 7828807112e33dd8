/**
 * Serves the shop over stdio, or over HTTP with `--http <port>`. Where its runs are kept, `engine.ts` says.
 */
import * as DurableTool from "@errata/core/durable"
import { main } from "../shared/main.ts"
import { layer } from "./engine.ts"
import { placeOrder } from "./tools.ts"

const tools = [
  DurableTool.handle(placeOrder),
  DurableTool.pollTool(placeOrder, { name: "check_order" }),
  DurableTool.cancelTool(placeOrder, { name: "cancel_order" })
]

await main({ name: "durable", load: async () => ({ tools, layer: await layer() }) })
