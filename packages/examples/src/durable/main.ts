/**
 * Shows work that outlives its process: `node packages/examples/src/durable/main.ts`.
 *
 * A shop charges, ships and notifies. Its server is killed in the middle, and the next one goes on; two servers share the orders;
 * one that cannot be shipped is refunded. Every claim is an assertion.
 *
 * With a Postgres URL as argument, the runs are kept there.
 */
import * as Meta from "@errata/mcp-adapter/Meta"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import * as World from "./world.ts"

const world = await mkdtemp(join(tmpdir(), "durable-"))
const entry = fileURLToPath(new URL("./server.ts", import.meta.url))

const start = async (takes: number) => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [entry],
    env: {
      WORLD: world,
      ENGINE: process.argv[2] ?? join(world, "runs.sqlite"),
      TAKES: `${takes}`,
      TAKE_OVER: "3"
    },
    stderr: "ignore"
  })
  const client = new Client({ name: "durable", version: "0.1.0" })
  await client.connect(transport)
  const call = async (name: string, args: { [name: string]: unknown }) => {
    const { _meta, structuredContent } = await client.callTool({ name, arguments: args })
    return { output: structuredContent as { [name: string]: unknown } | undefined, problem: Meta.problem(_meta) }
  }
  return {
    call,
    kill: () => void process.kill(transport.pid!, "SIGKILL"),
    close: () => client.close()
  }
}

const run = `${process.pid}`
const order = (n: number, address = "Lane 1") => ({ order_id: `order-${n}-${run}`, address })
const of = (names: ReadonlyArray<string>, n: number) =>
  names.filter((name) => name.endsWith(` order-${n}-${run}`)).map((name) => name.split(" ")[0])

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await sleep(20)
}

const say = (text: string): void => console.log(`ok: ${text}`)

const one = await start(400)
const lost = one.call("place_order", order(1)).catch(() => "no answer")
await until(() => of(World.requests(world), 1).includes("ship"))
one.kill()
assert.equal(await lost, "no answer")

const servers = [await start(0), await start(0)] as const
const [two, three] = servers
try {
  const after = await two.call("place_order", order(1))
  assert.deepEqual(of(World.effects(world), 1), ["charge", "notify", "ship"])
  assert.deepEqual(of(World.requests(world), 1), ["charge", "ship", "ship", "notify"])
  say("the server was killed while it shipped: the next one shipped, under the same key, and did not charge again")

  assert.deepEqual((await three.call("place_order", order(1))).output, after.output)
  say("whoever asks again gets the same answer, in any process")

  const other = await two.call("place_order", order(1, "Lane 2"))
  assert.equal(other.problem?.type, "idempotency_conflict")
  say("the same order to another address is refused")

  const failed = await three.call("place_order", order(2, "nowhere"))
  assert.equal(failed.problem?.error, "AddressUnknown")
  assert.deepEqual(of(World.requests(world), 2), ["charge", "ship", "refund"])
  assert.deepEqual(of(World.effects(world), 2), [])
  say("an order that cannot be shipped is refunded, once")

  const done = await two.call("check_order", { order_id: order(1).order_id })
  assert.deepEqual(done.output, { status: "succeeded", result: after.output })
  say("how far an order is, any server tells")
} finally {
  await Promise.all([one, ...servers].map((server) => server.close()))
  await rm(world, { recursive: true, force: true, maxRetries: 3 })
}
