/**
 * Shows that a client need not know of `Retry-After`: `node packages/examples/src/retry-after/main.ts`.
 *
 * The weather server runs as a process of its own, as a host would start it; its upstream is a simulator that answers with
 * 429. Where the wait that it asks for is short, the server waits, tells the client so, and the call succeeds. Where it is
 * longer than a call may take, the call fails at once and hands the hint on. Every claim is an assertion.
 *
 * With an argument, another server is put to the test.
 */
import * as Meta from "@errata/mcp-adapter/Meta"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import { fileURLToPath } from "node:url"
import * as Simulator from "../weather/simulator.ts"

const server = process.argv[2] ?? fileURLToPath(new URL("../weather/main.ts", import.meta.url))

const simulator = await Simulator.open()
const client = new Client({ name: "retry-after", version: "0.1.0" })
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [server],
    env: { WEATHER_API_URL: simulator.url, WEATHER_API_KEY: Redacted.value(simulator.apiKey) },
    stderr: "ignore"
  })
)

/** Calls the tool once, and says what came and how long it took. */
const call = async () => {
  const progress: Array<string | undefined> = []
  const startedAt = performance.now()
  const result = await client.callTool(
    { name: "fetch_api_data", arguments: { endpoint: "/v1/current?location=Nairobi" } },
    undefined,
    { onprogress: ({ message }) => progress.push(message), resetTimeoutOnProgress: true }
  )
  const requests = simulator.requests.length
  const seconds = (performance.now() - startedAt) / 1000
  simulator.reset()
  const text = (result.content as ReadonlyArray<{ readonly text: string }>)[0]!.text
  return { progress, requests, result, seconds, text, problem: Meta.problem(result._meta), ...Meta.call(result._meta) }
}

const say = (text: string): void => console.log(`ok: ${text}`)

try {
  simulator.play({ status: 429, retryAfter: 1 })
  const patient = await call()
  assert.equal(patient.result.isError, undefined)
  assert.equal(patient.requests, 2)
  assert.equal(patient.attempts, 2)
  assert.deepEqual(patient.progress, ["attempt 2 of 4 in 1 s"])
  assert.ok(patient.seconds >= 1, `it took ${patient.seconds} s`)
  say(
    `after "Retry-After: 1" the server waited and succeeded: ${patient.requests} requests in ${
      patient.seconds.toFixed(1)
    } s, one call`
  )

  simulator.play({ status: 503, retryAfterDate: 2 })
  const dated = await call()
  assert.equal(dated.result.isError, undefined)
  assert.equal(dated.requests, 2)
  assert.ok(dated.seconds >= 1, `it took ${dated.seconds} s`) // a date has whole seconds
  say(`after "Retry-After" as a date too: ${dated.requests} requests in ${dated.seconds.toFixed(1)} s`)

  simulator.play({ status: 429, retryAfter: 3600 })
  const hasty = await call()
  assert.equal(hasty.result.isError, true)
  assert.equal(hasty.requests, 1)
  assert.ok(hasty.seconds < 10, `it took ${hasty.seconds} s`) // and not an hour, nor the time that a call may take
  assert.deepEqual(hasty.progress, [])
  assert.match(hasty.text, /^Error: rate_limited \(transient\)\. Already tried 1 time\. Retry after 3600 s\.$/m)
  assert.deepEqual(hasty.problem?.retry, {
    should_retry: true,
    retry_after_seconds: 3600,
    max_attempts: 4,
    reason: "deadline"
  })
  say(
    `after "Retry-After: 3600" it failed at once and handed the hint on: ${hasty.requests} request in ${
      hasty.seconds.toFixed(1)
    } s`
  )

  const healthy = await call()
  assert.equal(healthy.requests, 1)
  assert.equal(healthy.result.isError, undefined)
  say("the next call succeeds")
} finally {
  await client.close()
  await simulator.close()
}
