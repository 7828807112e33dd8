/**
 * One key, one charge: called at once, from two processes, after a kill, and with an answer that was lost.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as OperationsServer from "./OperationsServer.ts"

interface Call {
  readonly reference_id?: string
  readonly replayed?: boolean
  readonly original_reference_id?: string
}

const callOf = (result: StdioServer.CallToolResult): Call => (result._meta?.["errata/call"] ?? {}) as Call

OperationsServer.describeOnBoth("charge_user", (database) => {
  let here: OperationsServer.Place
  let one: OperationsServer.Running
  let two: OperationsServer.Running

  beforeAll(async () => {
    here = OperationsServer.place(database().url)
    ;[one, two] = await Promise.all([here.options(), here.options()].map(OperationsServer.start)) as [
      OperationsServer.Running,
      OperationsServer.Running
    ]
  })
  afterAll(async () => {
    await Promise.all([one.server.stop(), two.server.stop()])
    here.folder.remove()
  })

  let keys = 0
  const fresh = (args: object = {}) => ({ user_id: "12", amount: 1, idempotency_key: `charges-${++keys}`, ...args })
  const count = async (user_id: string): Promise<number> =>
    Number((await database().query(here, `SELECT count(*) AS n FROM transactions WHERE user_id = '${user_id}'`))["n"])
  const balanceOf = async (user_id: string) => (await one.succeeds("get_balance", { user_id }))["balance"] as number

  it("charges once for a hundred calls at once, over two processes, and answers all alike", async () => {
    const before = { count: await count("12"), balance: await balanceOf("12") }
    const args = fresh({ amount: 12.5 })
    const results = await Promise.all(
      Array.from(
        { length: 100 },
        (_, i) => (i % 2 === 0 ? one : two).server.call("charge_user", args, undefined, 45_000)
      )
    )
    const outputs = new Set(results.map((result) => JSON.stringify(OperationsServer.output(result))))
    assert.strictEqual(outputs.size, 1)
    assert.strictEqual(await count("12"), before.count + 1)
    assert.strictEqual(await balanceOf("12"), before.balance - 12.5)
    const repeats = results.map(callOf).filter((call) => call.replayed === true)
    assert.lengthOf(repeats, 99)
    assert.strictEqual(new Set(repeats.map((call) => call.original_reference_id)).size, 1)
  })

  it("answers a later repeat in any process with the first answer", async () => {
    const args = fresh()
    const first = await one.succeeds("charge_user", args)
    for (const { server } of [one, two]) {
      const result = await server.call("charge_user", args)
      assert.deepStrictEqual(OperationsServer.output(result), first)
      assert.strictEqual(callOf(result).replayed, true)
      assert.match(String(callOf(result).original_reference_id), /^[0-9a-f]{8}$/)
    }
  })

  it("refuses another amount under the same key, and charges nothing", async () => {
    const args = fresh()
    await one.succeeds("charge_user", args)
    const before = await count("12")
    const { problem, text } = await two.fails("charge_user", { ...args, amount: 2 })
    expect(text).toMatchInlineSnapshot(`
      "The idempotency key of charge_user was used with other arguments.
      Error: idempotency_conflict (permanent). Use the original arguments or a new key.
      Details: {"operation":"charge_user"}
      Reference: <ref>"
    `)
    assert.strictEqual(problem.type, "idempotency_conflict")
    assert.strictEqual(await count("12"), before)
  })

  it("takes another caller's intent for another one: the key counts for its tool", async () => {
    const args = fresh()
    await one.succeeds("charge_user", args)
    const change = { action: "create", project_name: "pamphlet", idempotency_key: args.idempotency_key }
    await one.succeeds("manage_project", change)
    assert.strictEqual(callOf(await two.server.call("manage_project", change)).replayed, true)
  })

  it("keeps the key free while there is no money, and charges once there is", async () => {
    const args = fresh({ user_id: "3", amount: 5 })
    for (const { fails } of [one, two]) {
      assert.strictEqual((await fails("charge_user", args)).problem.error, "InsufficientFunds")
    }
    await database().query(here, "UPDATE accounts SET balance = 500 WHERE user_id = '3' RETURNING balance AS n")
    assert.strictEqual((await one.succeeds("charge_user", args))["balance"], 0)
    assert.strictEqual((await two.succeeds("charge_user", args))["balance"], 0)
    assert.strictEqual(await count("3"), 1)
  })

  it("neither loses nor doubles a charge when the process is killed at any moment", async () => {
    const before = await count("2")
    const delays = [0, 3, 8, 15, 30]
    for (const delay of delays) {
      const args = fresh({ user_id: "2", amount: 0.01 })
      const doomed = await StdioServer.start(here.options())
      const lost = doomed.call("charge_user", args, undefined, 45_000).catch(() => undefined)
      await sleep(delay)
      doomed.signal("SIGKILL")
      await lost
      const result = await two.server.call("charge_user", args, undefined, 45_000)
      const charged = OperationsServer.output(result)
      const { amount: _, ...key } = args
      const { transaction_id } = await one.succeeds("get_transaction", key)
      assert.strictEqual(transaction_id, charged["transaction_id"])
    }
    assert.strictEqual(await count("2"), before + delays.length)
  }, 120_000)

  it("says by get_transaction whether a charge took place whose answer was lost", async () => {
    const args = fresh()
    const { amount: _, ...key } = args
    assert.deepStrictEqual(await one.succeeds("get_transaction", key), { status: "none" })
    const id = one.server.ask("tools/call", StdioServer.toolCall("charge_user", args))
    const state = async (): Promise<OperationsServer.Output> => {
      const found = await two.succeeds("get_transaction", key)
      return found["status"] === "none" ? await state() : found
    }
    const found = await state()
    assert.strictEqual(found["amount"], 1)
    const { transaction_id } = await two.succeeds("charge_user", args)
    assert.strictEqual(transaction_id, found["transaction_id"])
    await one.server.response(id)
  })

  it("says nothing of a call's key in the log", async () => {
    await one.succeeds("charge_user", fresh({ idempotency_key: "do-not-tell-this-key" }))
    await one.fails("charge_user", fresh({ user_id: "4", idempotency_key: "do-not-tell-this-key" }))
    assert.notInclude(JSON.stringify(one.server.log), "do-not-tell-this-key")
  })
})

describe("charge_user", () => {
  it("is refused without a key, before anything happens", async () => {
    const here = OperationsServer.place()
    const operations = await OperationsServer.start(here.options())
    try {
      for (const idempotency_key of [undefined, "", " spaced", "ümlaut", "x".repeat(256), 7]) {
        const result = await operations.server.call("charge_user", { user_id: "12", amount: 1, idempotency_key })
        const { problem } = Reply.failure(result, operations.tools)
        assert.deepStrictEqual(problem.issues?.map(({ path }) => path), [["idempotency_key"]], String(idempotency_key))
      }
      assert.strictEqual((await operations.succeeds("get_balance", { user_id: "12" }))["balance"], 10_000)
    } finally {
      await operations.server.stop()
      here.folder.remove()
    }
  })
})
