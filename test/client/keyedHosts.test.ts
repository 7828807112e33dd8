/** Keyed tools on every host, and over two processes that share one file. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Meta from "@errata/mcp-adapter/Meta"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { generations, info } from "./support/generations.ts"

const problem = (result: CallToolResult) => Meta.problem(result._meta)
const note = (result: CallToolResult) => Meta.call(result._meta)

type Call = (args: object) => Promise<CallToolResult>

/** effect's client answers with an effect, the others with a promise. */
const callerOf = (client: object): Call => (args) => {
  const { callTool } = client as { readonly callTool: (params: object) => unknown }
  const answer = callTool.call(client, { name: "charge", arguments: { ...args } })
  return Effect.isEffect(answer)
    ? Effect.runPromise(answer as Effect.Effect<CallToolResult>)
    : answer as Promise<CallToolResult>
}

describe.each(generations)("a keyed tool on %s", (_, connect) => {
  const charge = Tool.make("charge", {
    description: "Charges.",
    input: { user_id: Schema.String, idempotency_key: Schema.String },
    output: { charge: Schema.Finite },
    errors: [Errors.Unavailable],
    safety: "keyed",
    keyed: "idempotency_key"
  })

  const open = async () => {
    let charges = 0
    const handled = Tool.handle(charge, ({ user_id }) =>
      Effect.gen(function*() {
        const n = ++charges
        yield* Effect.yieldNow
        if (user_id === "lost") return yield* new Errors.Unavailable({ service: "The bank" })
        return { charge: n }
      }))
    const { client, close } = await connect([handled as unknown as Tool.Handled], { logsCalls: false })
    return { call: callerOf(client), charges: () => charges, close }
  }

  it("takes effect once, and answers every repeat alike", async () => {
    const { call, charges, close } = await open()
    const args = { user_id: "ada", idempotency_key: "k-1" }
    const results = await Promise.all(Array.from({ length: 100 }, () => call(args)))
    results.push(await call(args))
    expect(charges()).toBe(1)
    expect(new Set(results.map(({ structuredContent }) => JSON.stringify(structuredContent)))).toEqual(
      new Set([JSON.stringify({ charge: 1 })])
    )
    expect(results.filter((result) => note(result)?.replayed === true)).toHaveLength(100)
    await close()
  })

  it("refuses other arguments, a missing key and one that is none, and tells what is unknown", async () => {
    const { call, charges, close } = await open()
    await call({ user_id: "ada", idempotency_key: "k-1" })
    expect(problem(await call({ user_id: "bob", idempotency_key: "k-1" }))?.type).toBe("idempotency_conflict")
    expect(problem(await call({ user_id: "ada" }))?.type).toBe("invalid_arguments")
    expect(problem(await call({ user_id: "ada", idempotency_key: " " }))?.type).toBe("invalid_arguments")
    expect(charges()).toBe(1)
    for (const _ of [1, 2]) {
      expect(problem(await call({ user_id: "lost", idempotency_key: "k-2" }))?.error).toBe("OutcomeUnknown")
    }
    expect(charges()).toBe(2)
    await close()
  })
})

describe("two processes with one file", () => {
  const entry = fileURLToPath(new URL("./fixtures/till.ts", import.meta.url))
  let folder = ""
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "errata-till-"))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const start = async (how = "") => {
    const args = [entry, join(folder, "keys.sqlite"), join(folder, "charges"), how]
    const client = new Client1(info)
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }))
    return { call: callerOf(client), close: () => client.close() }
  }
  const charges = () => {
    const file = join(folder, "charges")
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter((line) => line !== "").length : 0
  }

  it("charge once, and answer alike", async () => {
    const servers = await Promise.all([start(), start()])
    const calls = Array.from({ length: 40 }, (_, i) => servers[i % 2]!.call({ user_id: "ada", idempotency_key: "k" }))
    const results = await Promise.all(calls)
    expect(charges()).toBe(1)
    expect(new Set(results.map(({ structuredContent }) => JSON.stringify(structuredContent))).size).toBe(1)
    expect(results.every(({ isError }) => isError !== true)).toBe(true)
    await Promise.all(servers.map(({ close }) => close()))
  }, 60_000)

  it("never charge again for a key whose process was killed", async () => {
    const args = { user_id: "ada", idempotency_key: "k" }
    const dying = await start("dies")
    await expect(dying.call(args)).rejects.toThrow()
    const next = await start()
    expect(problem(await next.call(args))?.error).toBe("OutcomeUnknown")
    expect(problem(await next.call(args))?.error).toBe("OutcomeUnknown")
    expect(charges()).toBe(1)
    await next.close()
  }, 60_000)
})
