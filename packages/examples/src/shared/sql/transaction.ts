/**
 * Makes several writes one.
 */
import * as Idempotency from "@errata/core/Idempotency"
import * as ToolCall from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/**
 * Runs writes as one transaction. Where the call has an idempotency key, its result is kept in the same one; where it has
 * none, the call is open from the commit on, since what fails before it has not happened.
 *
 * Its result is the call's: nothing is to be added to it.
 */
export const transaction = <A, E, R>(writes: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R | SqlClient> =>
  Effect.flatMap(Idempotency.current, (current): Effect.Effect<A, E | SqlError, R | SqlClient> =>
    Option.isSome(current)
      ? Idempotency.transaction(writes)
      : Effect.flatMap(SqlClient, (sql) =>
        sql.withTransaction(Effect.tap(writes, () => ToolCall.irreversible(Effect.void, { name: "commit" })))))
