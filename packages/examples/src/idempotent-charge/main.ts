/**
 * Shows that a key charges once, whatever is lost: `node packages/examples/src/idempotent-charge/main.ts`.
 *
 * A bank takes every payment that reaches it. The client repeats its calls, the bank hangs up, the server is killed in the
 * middle; in the end the bank has one payment for each order. Every claim is an assertion.
 *
 * With an argument, another server is put to the test.
 */
import * as Meta from "@errata/mcp-adapter/Meta"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Bank from "./bank.ts"

const folder = await mkdtemp(join(tmpdir(), "idempotent-charge-"))
const bank = await Bank.open()
const entry = process.argv[2] ?? fileURLToPath(new URL("./server.ts", import.meta.url))

interface Answer {
  readonly output: unknown
  readonly problem: ReturnType<typeof Meta.problem>
  readonly call: { readonly replayed?: boolean; readonly verified?: boolean }
}

/** A server that can be killed, and its client. */
const start = async () => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [entry],
    env: { BANK_URL: bank.url, KEYS: join(folder, "keys.sqlite") },
    stderr: "ignore"
  })
  const client = new Client({ name: "idempotent-charge", version: "0.1.0" })
  await client.connect(transport)
  await client.listTools()
  const call = async (name: string, args: { [name: string]: unknown }): Promise<Answer> => {
    const { _meta, structuredContent: output } = await client.callTool({ name, arguments: args })
    return { output, problem: Meta.problem(_meta), call: _meta?.["errata/call"] ?? {} }
  }
  return {
    call,
    charge: (order: string, amount = 40) => call("charge_order", { order, amount, idempotency_key: `key-of-${order}` }),
    kill: () => void process.kill(transport.pid!, "SIGKILL"),
    close: () => client.close()
  }
}

const paid = (order: string): ReadonlyArray<string> =>
  bank.payments.filter((payment) => payment.order === order).map(({ payment_id }) => payment_id)

const say = (text: string): void => console.log(`ok: ${text}`)

let server = await start()
try {
  const [first, second] = await Promise.all([server.charge("order-1"), server.charge("order-1")])
  assert.deepEqual(first.output, second.output)
  assert.deepEqual([first, second].filter(({ call }) => call.replayed === true).length, 1)
  assert.deepEqual((await server.charge("order-1")).call.replayed, true)
  assert.equal(paid("order-1").length, 1)
  say("two calls at once and one later, with one key: one payment, and the same answer")

  const other = await server.charge("order-1", 50)
  assert.equal(other.problem?.type, "idempotency_conflict")
  assert.equal(paid("order-1").length, 1)
  say("another amount under the same key is refused")

  void bank.next("hangs up")
  const lost = await server.charge("order-2")
  assert.deepEqual([lost.output, lost.call.verified], [{ payment_id: paid("order-2")[0] }, true])
  assert.equal(paid("order-2").length, 1)
  say("the bank took the payment and hung up: the server asked it, and answers that it took effect")

  const taken = bank.next("is silent")
  const killed = server.charge("order-3").catch(() => "no answer")
  await taken
  server.kill()
  assert.equal(await killed, "no answer")
  server = await start()
  const found = await server.charge("order-3")
  assert.deepEqual([found.output, found.call.verified], [{ payment_id: paid("order-3")[0] }, true])
  assert.equal(paid("order-3").length, 1)
  say("the server was killed in the middle: the next one found out, and did not pay again")

  bank.inform(false)
  void bank.next("hangs up")
  const open = await server.charge("order-4")
  assert.equal(open.problem?.type, "outcome_unknown")
  const [step] = open.problem?.recovery_steps ?? []
  assert.deepEqual([step?.tool, step?.parameters], ["get_payment", { order: "order-4" }])
  assert.equal((await server.charge("order-4")).problem?.type, "outcome_unknown")
  say("where the bank cannot be asked either, the answer says so, and names the call that finds out")

  bank.inform(true)
  assert.deepEqual((await server.call(step!.tool!, { ...step!.parameters })).output, {
    status: "paid",
    payment_id: paid("order-4")[0]
  })
  assert.equal((await server.charge("order-4")).call.verified, true)
  assert.equal(paid("order-4").length, 1)
  say("once it can, a repeat is answered with the payment that took place")

  const orders = new Set(bank.payments.map(({ order }) => order))
  assert.equal(bank.payments.length / orders.size, 1)
  say(`payments per order: ${(bank.payments.length / orders.size).toFixed(2)}`)
} finally {
  await server.close()
  await bank.close()
  await rm(folder, { recursive: true, force: true })
}
