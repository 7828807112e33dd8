/**
 * Charges accounts, and says what was charged.
 */
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import { transaction } from "../shared/sql/transaction.ts"
import * as Database from "./database/Database.ts"
import { InsufficientFunds } from "./errors.ts"
import { hashOf, makeId } from "./ids.ts"
import * as Tools from "./tools.ts"
import { userNotFound } from "./users.ts"

/** The drivers give whole numbers in kinds of their own. */
interface Balance {
  readonly balance: number | bigint | string
}

const balanceOf = Effect.fnUntraced(function*(user_id: string) {
  const sql = yield* SqlClient
  const [account] = yield* sql<Balance>`SELECT balance FROM accounts WHERE user_id = ${user_id}`
  return account === undefined ? yield* userNotFound(user_id) : Number(account.balance)
})

/** The handler of `get_balance`. */
export const getBalance = ({ user_id }: { readonly user_id: string }) =>
  Database.orDie(Effect.map(balanceOf(user_id), (balance) => ({ user_id, balance })))

/** Takes the amount, if there is enough; returns what is left. */
const take = Effect.fnUntraced(function*({ amount, user_id }: typeof Tools.chargeUser.input.Type) {
  const sql = yield* SqlClient
  const [left] = yield* sql<Balance>`
    UPDATE accounts SET balance = balance - ${amount} WHERE user_id = ${user_id} AND balance >= ${amount} RETURNING balance`
  if (left !== undefined) return Number(left.balance)
  const balance = yield* balanceOf(user_id)
  return yield* ToolError.withGuidance(new InsufficientFunds({ user_id, amount, balance }), {
    steps: [Tool.step(Tools.getBalance, { user_id }, { action: "Look at the balance again" })]
  })
})

/** The handler of `charge_user`: the account, the transaction and the record of the key change together or not at all. */
export const chargeUser = Effect.fnUntraced(function*(charge: typeof Tools.chargeUser.input.Type) {
  const { amount, idempotency_key, user_id } = charge
  const sql = yield* SqlClient
  return yield* transaction(Effect.gen(function*() {
    const balance = yield* take(charge)
    const transaction_id = yield* makeId("txn")
    const charged_at = yield* Clock.currentTimeMillis
    const key_hash = hashOf(idempotency_key)
    yield* sql`INSERT INTO transactions ${
      sql.insert({ transaction_id, user_id, key_hash, amount, balance, charged_at })
    }`
    return { status: "charged" as const, user_id, amount, transaction_id, balance }
  }))
}, Database.orDie)

interface Transaction {
  readonly transaction_id: string
  readonly amount: number | bigint | string
  readonly balance: number | bigint | string
}

/** The handler of `get_transaction`: the newest charge of a key. */
export const getTransaction = Effect.fnUntraced(function*(
  { idempotency_key, user_id }: typeof Tools.getTransaction.input.Type
) {
  const sql = yield* SqlClient
  const [found] = yield* sql<Transaction>`
    SELECT transaction_id, amount, balance FROM transactions
    WHERE user_id = ${user_id} AND key_hash = ${hashOf(idempotency_key)} ORDER BY charged_at DESC LIMIT 1`
  if (found === undefined) {
    yield* balanceOf(user_id) // a user that does not exist is no answer
    return { status: "none" as const }
  }
  const { amount, balance, transaction_id } = found
  return { status: "charged" as const, transaction_id, amount: Number(amount), balance: Number(balance) }
}, Database.orDie)
