/** Provokes the errors of a server that knows nothing of us: one line adopts it, and no step is ours. */
import * as Adopted from "@errata/examples/existing-code/adopted-sdk"
import * as Shop from "@errata/examples/existing-code/Shop"
import type * as Walk from "@errata/mcp-adapter/walk"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import type { Stage } from "./stage.ts"

export const make = async (): Promise<Stage> => {
  const shop = Shop.make()
  const server = Adopted.make(shop)
  const client = new Client({ name: "walk", version: "1.0.0" })
  const [theirs, ours] = InMemoryTransport.createLinkedPair()
  await server.connect(theirs)
  await client.connect(ours)
  return {
    name: "existing code, adopted",
    walks: [{ client: client as Walk.Client, wait: () => undefined, provoke: provoke(shop) }],
    close: async () => {
      await client.close()
      await server.close()
    }
  }
}

const provoke = ({ database }: Shop.Shop): Walk.Provocations => ({
  get_ordr: { NotFound: { arguments: { order_id: "A-1" } } },
  get_order: {
    InvalidArguments: { arguments: {}, intent: { order_id: "A-1" } },
    HandlerFailed: { arguments: { order_id: "A-9" }, ends: "told", note: "the author's own words" },
    Unauthenticated: {
      before: () => (database.isDown = true),
      arguments: { order_id: "A-1" },
      after: () => (database.isDown = false),
      ends: "told"
    }
  },
  place_order: {
    InvalidArguments: { arguments: { item: "pen", quantity: "two" }, intent: { quantity: 2 } },
    HandlerFailed: { arguments: { item: "ink", quantity: 1 }, ends: "told", note: "the author's own words" }
  },
  ship_order: { HandlerFailed: { arguments: { order_id: "A-3" }, ends: "told", note: "success: false" } }
})
