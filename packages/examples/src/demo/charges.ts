/**
 * Plays the scenes in which a call comes twice, and a server dies in the middle.
 */
import * as NodePath from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setImmediate as turn } from "node:timers/promises"
import type * as Narrate from "./narrate.ts"
import { type Note, showing } from "./scenes.ts"
import * as Session from "./Session.ts"
import type { Stage } from "./stage.ts"

const code = "packages/examples/src/operations"

/** Returns how many keys the server holds. */
const countKeys = (stage: Stage): number => {
  const database = new DatabaseSync(NodePath.join(stage.data, "operations", "operations.sqlite"), { readOnly: true })
  try {
    return Number(database.prepare("SELECT count(*) AS n FROM errata_keys").get()?.["n"])
  } finally {
    database.close()
  }
}

/** Kills the server while a call is under way. Returns whether the answer was lost: the call may have been faster. */
const killWithin = async (session: Session.Session, stage: Stage, call: () => Promise<unknown>): Promise<boolean> => {
  const keys = countKeys(stage)
  const answer = call().catch(() => undefined)
  for (let turns = 0; turns < 10_000 && countKeys(stage) === keys; turns++) await turn() // until it has begun
  session.kill()
  return await answer === undefined
}

/** Plays with money. */
export const charges = async (stage: Stage, story: Narrate.Story, note: Note): Promise<void> => {
  let session = await Session.operations(stage)
  const show = showing(story, note)
  const charge = (amount: number, idempotency_key: string, user_id = "1") =>
    session.call("charge_user", { user_id, amount, idempotency_key })
  const balance = async (): Promise<number> =>
    (JSON.parse((await session.call("get_balance", { user_id: "1" })).text) as { readonly balance: number }).balance
  try {
    story.scene({
      title: "A charge that cannot be",
      explanation: "Nothing happened, so the same key can be used again once there is money.",
      code: [`${code}/errors.ts`, "InsufficientFunds"]
    })
    await show("no money", charge(5, "invoice-1", "3"))

    story.scene({
      title: "A call that comes twice",
      explanation:
        "A client that lost the answer calls again with the same key: one charge, and the first answer once more.",
      code: [`${code}/tools.ts`, "chargeUser"]
    })
    const before = await balance()
    await show("charged", charge(40, "invoice-2"))
    await show("repeated", charge(40, "invoice-2"))
    await show("other amount", charge(50, "invoice-2"))
    story.aside(`The balance was ${before} and is ${await balance()}.`)

    story.scene({
      title: "A server that is killed in the middle",
      explanation: "kill -9 while a charge is under way. The next process answers the repeat: never twice, never lost.",
      code: ["packages/examples/src/shared/sql/transaction.ts", "Idempotency.transaction"]
    })
    let invoice = 3
    let last = await balance()
    while (!await killWithin(session, stage, () => charge(60, `invoice-${invoice}`)) && invoice < 12) {
      await session.close() // it answered before it died: once more, with another invoice
      session = await Session.operations(stage)
      last = await balance()
      invoice++
    }
    note({ scene: "killed", call: "charge_user", outcome: invoice < 12 ? "no answer" : "success", advice: "" })
    session = await Session.operations(stage)
    await show("called again", charge(60, `invoice-${invoice}`))
    story.aside(`The balance was ${last} and is ${await balance()}: one charge of 60.`)
  } finally {
    await session.close()
  }
}
