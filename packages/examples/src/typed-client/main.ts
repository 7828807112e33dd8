/**
 * Shows the typed error come back: `node packages/examples/src/typed-client/main.ts`.
 *
 * The press runs as a process of its own. Its client shares the definitions in `tools.ts` with it and no more: what fails
 * there is caught here by its tag, with typed fields. The session is played with both official clients and with effect's own,
 * then with an old server that knows nothing of all this. Every claim is an assertion.
 *
 * With an argument, another server is put to the test.
 */
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type { Progress } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as RemoteClient from "@errata/mcp-adapter/Client"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import assert from "node:assert/strict"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { effect, sdk, sdk2 } from "./clients.ts"
import { connectToOldServer } from "./oldServer.ts"
import { castType, orderPaper, printJob, pullProof, readCounters } from "./tools.ts"

const server = process.argv[2] ?? fileURLToPath(new URL("./server.ts", import.meta.url))
const tools = [orderPaper, pullProof, printJob, castType, readCounters] as const

const say = (text: string): void => console.log(`ok: ${text}`)
const run = Effect.runPromise

/** Looks until it is so: a cancel, like a line of a log, takes its time to arrive. */
const eventually = async (complaint: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if (await isSo()) return
    await sleep(20)
  }
  assert.fail(complaint)
}

const clients = [["official client 1.x", sdk], ["official client 2.x", sdk2], ["effect's client", effect]] as const

for (const [name, connect] of clients) {
  const { client, close, log } = await connect(server)
  const press = RemoteClient.make(client, tools, { retry: RetryPolicy.quick })
  try {
    // `ordered_at` is a Date again, and `in_stock` a list of strings
    const ordered = await run(press.order_paper({ paper: "laid", sheets: 20 }))
    assert.equal(ordered.ordered_at.getUTCFullYear(), 2026)
    const instead = await run(
      press.order_paper({ paper: "vellum", sheets: 500 }).pipe(
        Effect.map(() => "all of it"),
        Effect.catchTag("PaperSoldOut", (error) => Effect.succeed(error.in_stock.join(" or ")))
      )
    )
    assert.equal(instead, "laid or wove")
    say(`${name}: the typed error comes back, and is caught by its tag`)

    const startedAt = performance.now()
    assert.deepEqual(await run(press.pull_proof({})), { proof: 1 })
    const seconds = (performance.now() - startedAt) / 1000
    assert.ok(seconds >= 1 && seconds < 10, `it waited ${seconds} s`)
    assert.equal((await run(press.read_counters({}))).proofs_asked_for, 2)
    say(`${name}: it called again when the server had said, and not before`)

    const told: Array<Progress> = []
    await run(press.print_job({ sheets: 3 }, { onProgress: (progress) => told.push(progress) }))
    if (name !== "effect's client") { // which does not ask for it
      assert.equal(told[0]?.message, "sheet 1")
      say(`${name}: progress is told`)
    }

    const endless = Effect.runFork(press.print_job({ sheets: 0 }))
    await eventually("it does not begin", async () => (await run(press.read_counters({}))).jobs_begun === 1)
    await run(Fiber.interrupt(endless))
    await eventually("it prints on", async () => (await run(press.read_counters({}))).jobs_cancelled === 1)
    say(`${name}: interrupting the fiber ends the job at the server`)

    const broken = await run(Effect.flip(press.cast_type({})))
    assert.ok(broken instanceof RemoteClient.RemotePermanent)
    assert.equal(broken.type, "internal_error")
    assert.equal(broken.message, "The tool failed unexpectedly")
    const reference = RemoteClient.problem(broken)?.reference_id
    assert.ok(reference !== undefined && reference === broken.reference_id)
    if (log() !== undefined) {
      await eventually(
        "the log does not know the reference",
        () => log()!.split("\n").some((line) => line.includes(reference) && line.includes("letter k"))
      )
    }
    say(`${name}: what nobody declared comes without its words, but with the reference to look it up by`)
  } finally {
    await close()
  }
}

const client = new Client({ name: "typed-client", version: "0.1.0" })
await connectToOldServer(client)
const old = RemoteClient.make(client, tools)
assert.equal((await run(old.order_paper({ paper: "laid", sheets: 20 }))).ordered_at.getUTCFullYear(), 2026)
const soldOut = await run(Effect.flip(old.order_paper({ paper: "vellum", sheets: 500 })))
assert.equal(`${soldOut._tag}: ${soldOut.message}`, "RemotePermanent: no paper")
const wet = await run(Effect.flip(old.pull_proof({})))
assert.equal(`${wet._tag}: ${wet.message}`, "RemoteTransient: the ink is wet")
assert.deepEqual(ToolError.retryAfter(wet), Duration.millis(250))
const missing = await run(Effect.flip(old.cast_type({})))
assert.equal(missing._tag === "RemotePermanent" && missing.type, "not_found")
await client.close()
say("an old server's text: outputs fit, and failures fall into a family")
