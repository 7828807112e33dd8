/**
 * Makes several writes one.
 */
import * as ToolCall from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

/** Runs writes as one transaction. What fails before it commits has not happened, so the call is open from then on only. */
export const transaction = <A, E, R>(writes: Effect.Effect<A, E, R>) =>
  Effect.flatMap(SqlClient, (sql) =>
    sql.withTransaction(
      Effect.tap(writes, () => ToolCall.irreversible(Effect.void, { name: "commit" }))
    ))
