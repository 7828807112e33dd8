/**
 * Does the work of the story: charge, ship, notify.
 */
import * as DurableTool from "@errata/core/durable"
import * as Effect from "effect/Effect"
import { AddressUnknown, placeOrder } from "./tools.ts"
import * as World from "./world.ts"

/** Provides the work, in a world that takes so many milliseconds for each request. */
export const layerIn = (world: string, takes: number) => {
  const request = (what: string) => Effect.andThen(Effect.sync(() => World.ask(world, what)), Effect.sleep(takes))
  return DurableTool.layer(placeOrder, ({ address, order_id }) =>
    Effect.gen(function*() {
      const payment = yield* DurableTool.activity("charge", {
        output: placeOrder.output.fields.payment,
        execute: ({ key }) =>
          Effect.andThen(
            request(`charge ${order_id}`),
            Effect.sync(() => World.effect(world, `charge ${order_id}`, key))
          ),
        compensate: (_, { key }) =>
          Effect.andThen(request(`refund ${order_id}`), Effect.sync(() => World.undo(world, `charge ${order_id}`, key)))
      })
      const parcel = yield* DurableTool.activity("ship", {
        output: placeOrder.output.fields.parcel,
        errors: [AddressUnknown],
        execute: ({ key }) =>
          Effect.andThen(
            request(`ship ${order_id}`),
            Effect.suspend(() =>
              address === "nowhere"
                ? Effect.fail(new AddressUnknown({ address }))
                : Effect.sync(() => World.effect(world, `ship ${order_id}`, key))
            )
          ),
        compensate: (_, { key }) => Effect.sync(() => World.undo(world, `ship ${order_id}`, key))
      })
      yield* DurableTool.activity("notify", {
        execute: ({ key }) =>
          Effect.andThen(
            request(`notify ${order_id}`),
            Effect.sync(() => void World.effect(world, `notify ${order_id}`, key))
          ),
        compensate: "nothing to undo"
      })
      return { payment, parcel }
    }))
}
