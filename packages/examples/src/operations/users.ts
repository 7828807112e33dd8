/**
 * Answers what is asked about users.
 */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as Database from "./database/Database.ts"
import { UserNotFound } from "./errors.ts"

/** Says how many ids an error names. */
const maxIds = 20

/** Fails with the ids that there are. Similar ones are not picked out: one digit less is another person's account. */
export const userNotFound = Effect.fnUntraced(function*(user_id: string) {
  const sql = yield* SqlClient
  const rows = yield* sql<
    { user_id: string }
  >`SELECT user_id FROM users ORDER BY length(user_id), user_id LIMIT ${maxIds}`
  const valid_ids = rows.map((row) => row.user_id)
  return yield* new UserNotFound({ user_id, valid_ids })
})

/** The handler of `get_user`. */
export const getUser = Effect.fnUntraced(function*({ user_id }: { readonly user_id: string }) {
  const sql = yield* SqlClient
  const [user] = yield* sql<{ user_id: string; name: string }>`
    SELECT user_id, name FROM users WHERE user_id = ${user_id}`
  return user ?? (yield* userNotFound(user_id))
}, Database.orDie)
