/**
 * Answers what is asked about the stock.
 */
import * as Suggestion from "@errata/core/Suggestion"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as Database from "./database/Database.ts"
import { ItemNotFound } from "./errors.ts"
import * as Tools from "./tools.ts"

interface Item {
  readonly id: string
  readonly name: string
}

const all = Effect.flatMap(SqlClient, (sql) => sql<Item>`SELECT id, name FROM items ORDER BY id`)

/** The handler of `list_items`. */
export const listItems = () => Database.orDie(Effect.map(all, (items) => ({ items })))

/** The handler of `get_item`. */
export const getItem = Effect.fnUntraced(function*({ id }: { readonly id: string }) {
  const sql = yield* SqlClient
  const [item] = yield* sql<Item>`SELECT id, name FROM items WHERE id = ${id}`
  if (item !== undefined) return item
  const ids = (yield* all).map((other) => other.id)
  return yield* ToolError.withGuidance(new ItemNotFound({ id }), {
    similarMatches: Suggestion.similar(id, ids),
    steps: [Tool.step(Tools.listItems, {}, { action: "List the items" })]
  })
}, Database.orDie)
