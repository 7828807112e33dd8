/**
 * Charges orders at a bank, over stdio.
 *
 * The bank knows nothing of keys. Where a service takes them, send `Idempotency.childKey` on as `IdempotencyKey.header`.
 */
import * as Errors from "@errata/core/Errors"
import * as Sqlite from "@errata/core/stores/sqlite"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import { main } from "../shared/main.ts"
import type { Payment } from "./bank.ts"
import { chargeOrder, getPayment } from "./tools.ts"

const bank = process.env["BANK_URL"] ?? ""
const path = process.env["KEYS"] ?? ""

const ask = (path: string, init: RequestInit = {}) =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(new URL(path, bank), { ...init, signal })
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      return await response.json() as Payment | null
    },
    catch: (cause) => new Errors.Unavailable({ service: "The bank", cause })
  })

const charge = Tool.handle(
  chargeOrder,
  ({ amount, order }) =>
    ask("/payments", { method: "POST", body: JSON.stringify({ order, amount }) }).pipe(
      ToolCall.irreversible({ name: "pay the order" }),
      Effect.map((payment) => ({ payment_id: payment!.payment_id }))
    )
)

const find = Tool.handle(getPayment, ({ order }) =>
  Effect.map(
    ask(`/payments?order=${encodeURIComponent(order)}`),
    (payment) => payment === null ? { status: "none" } : { status: "paid", payment_id: payment.payment_id }
  ))

await main({ name: "idempotent-charge", load: () => ({ tools: [charge, find], layer: Sqlite.layer({ path }) }) })
