/**
 * Shows how a client gets through a batch that fails in part: `node packages/examples/src/partial-batch/main.ts`.
 *
 * It asks for seven pages, keeps what came, and asks again for `retry_keys` and for nothing else, not before
 * `retry_after_seconds` are over, until there is nothing left that is worth asking for. Every claim is an assertion.
 *
 * With an argument, another server is put to the test.
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import assert from "node:assert/strict"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { countReadings, proofreadPages } from "./tools.ts"

const server = process.argv[2] ?? fileURLToPath(new URL("./server.ts", import.meta.url))
const pages = ["page-1", "page-2", "page-3", "page-4", "page-5", "page-6", "page-7"]

/** A server that never gets better is given up. */
const maxRounds = 6

const client = new Client({ name: "partial-batch", version: "0.1.0" })
await client.connect(new StdioClientTransport({ command: process.execPath, args: [server], stderr: "ignore" }))
await client.listTools() // from now on the client holds every report against the schema

const decodeReport = SchemaParser.decodeUnknownSync(Schema.toCodecJson(proofreadPages.output))
const decodeReadings = SchemaParser.decodeUnknownSync(Schema.toCodecJson(countReadings.output))

const say = (text: string): void => console.log(`ok: ${text}`)

/** Does what a client does that wants all it can get. */
const proofread = async (wanted: ReadonlyArray<string>) => {
  const rounds: Array<{ readonly asked: ReadonlyArray<string>; readonly status: string; readonly isError: boolean }> =
    []
  const misprints = new Map<string, number>()
  const lost = new Map<string, string>()
  let waited = 0
  for (let asked = wanted; asked.length > 0;) {
    assert.ok(rounds.length < maxRounds, `after ${maxRounds} rounds there is still something to retry`)
    const result = await client.callTool({ name: proofreadPages.name, arguments: { pages: [...asked] } })
    const report = decodeReport(result.structuredContent)
    rounds.push({ asked, status: report.status, isError: result.isError === true })
    for (const { value } of report.results) misprints.set(value.page, value.misprints)
    const { retry_after_seconds, retry_keys } = report.error_summary
    for (const { key, type } of report.errors) if (!retry_keys.includes(key)) lost.set(key, type)
    asked = retry_keys
    if (asked.length === 0) break
    const seconds = retry_after_seconds ?? 0.02 // where the reply does not say how long, a little more than nothing
    await sleep(seconds * 1000)
    waited += seconds
  }
  return { rounds, misprints, lost, waited }
}

try {
  const startedAt = performance.now()
  const { lost, misprints, rounds, waited } = await proofread(pages)
  const took = (performance.now() - startedAt) / 1000

  assert.deepEqual(rounds[0], { asked: pages, status: "partial", isError: false })
  say("the first answer is partial, which is no error: what came is kept")

  assert.deepEqual(rounds.slice(1).map(({ asked }) => asked), [["page-3", "page-4"], ["page-4"], ["page-4"]])
  say("only retry_keys are asked for again")

  assert.deepEqual(rounds[2], { asked: ["page-4"], status: "failed", isError: true })
  say("a round in which nothing succeeds is an error, and carries its report all the same")

  assert.ok(waited >= 1 && waited < 1.2, `it waited ${waited} s`)
  assert.ok(took >= 1, `it took ${took} s`)
  say("retry_after_seconds is honoured, and where nobody asks for time none is lost")

  assert.deepEqual([...misprints.keys()].toSorted(), ["page-1", "page-2", "page-3", "page-4", "page-5"])
  assert.deepEqual(Object.fromEntries(lost), { "page-6": "not_found", "page-7": "corrupted" })
  say(`it converges after ${rounds.length} rounds: ${misprints.size} pages are read, ${lost.size} cannot be`)

  const { readings } = decodeReadings((await client.callTool({ name: countReadings.name })).structuredContent)
  assert.deepEqual(readings, {
    "page-1": 1,
    "page-2": 1,
    "page-3": 2,
    "page-4": 4,
    "page-5": 1,
    "page-6": 1,
    "page-7": 1
  })
  say("no page was read again that was read, and none that never will be")
} finally {
  await client.close()
}
