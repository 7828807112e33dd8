/**
 * A shop as it stands behind many servers: it throws, returns Results of three kinds, and reports success as a field, all
 * at once.
 */
import * as Result from "effect/Result"
import { err, ok, ResultAsync } from "neverthrow"

/** Describes what customers may read. */
export class ShopError extends Error {}

interface Order {
  readonly order_id: string
  readonly item: string
  readonly quantity: number
  readonly status: "placed" | "shipped" | "cancelled"
}

/** Makes the state of the shop; one for each server. */
export const make = () => {
  const orders = new Map<string, Order>([
    ["A-1", { order_id: "A-1", item: "pen", quantity: 2, status: "placed" }],
    ["A-2", { order_id: "A-2", item: "ink", quantity: 1, status: "shipped" }],
    ["A-3", { order_id: "A-3", item: "globe", quantity: 1, status: "placed" }]
  ])
  const stock = new Map([["pen", 10], ["ink", 0]])
  const database = { isDown: false }

  /** Every driver says too much when it cannot connect. */
  const connect = async (): Promise<void> => {
    if (database.isDown) {
      const said = "connect to postgres://shop:hunter2@10.0.0.5/orders: password authentication failed"
      throw Object.assign(new Error(said), { severity: "FATAL", code: "28P01" })
    }
  }

  const find = async (id: string): Promise<Order> => {
    await connect()
    const order = orders.get(id)
    if (order === undefined) throw new ShopError(`There is no order ${id}`)
    return order
  }

  return {
    database,

    /** Throws. */
    find,

    /** Returns effect's Result. */
    place: async (item: string, quantity: number): Promise<Result.Result<Order, ShopError>> => {
      await connect()
      const left = stock.get(item) ?? 0
      if (left < quantity) return Result.fail(new ShopError(`Only ${left} of ${item} left`))
      stock.set(item, left - quantity)
      const order: Order = { order_id: `A-${orders.size + 1}`, item, quantity, status: "placed" }
      orders.set(order.order_id, order)
      return Result.succeed(order)
    },

    /** Returns neverthrow's ResultAsync. */
    refund: (id: string): ResultAsync<{ readonly order_id: string; readonly items: number }, Error> =>
      ResultAsync.fromPromise(find(id), (error) => error as Error).andThen((order) =>
        order.status === "shipped"
          ? err(new ShopError(`Order ${id} has to come back first`))
          : ok({ order_id: id, items: order.quantity })
      ),

    /** Returns a Result of its own. */
    cancel: async (id: string): Promise<{ ok: true; value: Order } | { ok: false; error: Error }> => {
      try {
        const order = await find(id)
        if (order.status === "shipped") return { ok: false, error: new ShopError(`Order ${id} has left the house`) }
        return { ok: true, value: { ...order, status: "cancelled" } }
      } catch (error) {
        return { ok: false, error: error as Error }
      }
    },

    /** Says whether it succeeded. */
    ship: async (id: string): Promise<{ success: true; parcel: string } | { success: false; error: string }> => {
      const { item } = await find(id)
      if (item === "globe") {
        return {
          success: false,
          error: "Carrier refused the parcel (Authorization: Bearer sk-live-4f9a8b7c6d5e4f3a2b1c)"
        }
      }
      return { success: true, parcel: `P-${id}` }
    },

    count: async (): Promise<{ [item: string]: number }> => {
      await connect()
      return Object.fromEntries(stock)
    }
  }
}

export type Shop = ReturnType<typeof make>

/** Returns what handlers answer with. */
export const json = (value: unknown) => ({ content: [{ type: "text" as const, text: JSON.stringify(value) }] })

/** The same for a Result of effect, whose error is thrown. */
export const jsonOrThrow = <A>(result: Result.Result<A, Error>) => json(Result.getOrThrow(result))
