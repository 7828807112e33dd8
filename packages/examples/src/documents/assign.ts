/**
 * Assigns a document to a category: the assignment, its notification and its line of the audit are one transaction.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import { randomUUID } from "node:crypto"
import { transaction } from "../shared/sql/transaction.ts"
import * as Catalogue from "./Catalogue.ts"
import { Library } from "./Library.ts"
import type * as Tools from "./tools.ts"

/** The handler of `assign_to_category`. */
export const assignToCategory = Effect.fnUntraced(function*(
  { category, document_id }: typeof Tools.assignToCategory.input.Type
) {
  yield* (yield* Library).find(document_id)
  const sql = yield* SqlClient
  return yield* transaction(Effect.gen(function*() {
    const assignment_id = `asg_${randomUUID()}`
    const at = new Date(yield* Clock.currentTimeMillis).toISOString()
    const text = `${document_id} is in ${category} now`
    yield* sql`INSERT INTO assignments ${sql.insert({ assignment_id, document_id, category, assigned_at: at })}`
    yield* sql`INSERT INTO notifications ${sql.insert({ assignment_id, text })}`
    yield* sql`INSERT INTO audit ${sql.insert({ at, action: "assign", subject: assignment_id })}`
    return { status: "assigned" as const, assignment_id, document_id, category }
  })).pipe(Catalogue.orDie)
})
