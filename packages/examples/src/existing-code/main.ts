/**
 * Shows what ten changed lines do for a server that exists: `node packages/examples/src/existing-code/main.ts`.
 *
 * One shop stands behind six servers: one on each SDK generation as it was, the same with the adapter around each of its
 * handlers, and the same adopted as a whole. Some handlers throw, while others return Results (effect's, neverthrow's, one of
 * their own) or say `success: false`. The official client plays the same session with each, in memory: what works, what
 * customers get wrong, and a database that goes down. Every claim is an assertion.
 *
 * With an argument, another server on SDK 1.x is put to the test.
 */
import { log } from "./log.ts" // first

import * as Meta from "@errata/mcp-adapter/Meta"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { pathToFileURL } from "node:url"
import * as AdoptedSdk from "./adopted-sdk.ts"
import * as AdoptedServer from "./adopted-server.ts"
import * as AfterServer from "./after-server.ts"
import * as BeforeSdk from "./before-sdk.ts"
import * as BeforeServer from "./before-server.ts"
import { changedLines } from "./changedLines.ts"
import * as Shop from "./Shop.ts"

const mostLines = 10
const secrets = ["hunter2", "10.0.0.5", "password authentication failed", "sk-live-4f9a8b7c6d5e4f3a2b1c"]

interface Server {
  readonly connect: (transport: Transport) => Promise<void>
  readonly close: () => Promise<void>
}

/** Plays the session, and returns what the client received, by the name of the call. */
const play = async (make: (shop: Shop.Shop) => Server) => {
  const shop = Shop.make()
  const server = make(shop)
  const client = new Client({ name: "existing-code", version: "0.1.0" })
  const [serverSide, clientSide] = InMemoryTransport.createLinkedPair()
  await server.connect(serverSide)
  await client.connect(clientSide)

  const call = async (name: string, args: { readonly [key: string]: unknown } = {}) => {
    const result = await client.callTool({ name, arguments: args })
    const text = (result.content as ReadonlyArray<{ readonly text: string }>).map((block) => block.text).join("\n")
    return {
      text,
      isError: result.isError === true,
      problem: Meta.problem(result._meta),
      whole: JSON.stringify(result)
    }
  }
  const everything = async (id: string) => ({
    get: await call("get_order", { order_id: id }),
    place: await call("place_order", { item: "pen", quantity: 1 }),
    cancel: await call("cancel_order", { order_id: id }),
    refund: await call("refund_order", { order_id: id }),
    ship: await call("ship_order", { order_id: id }),
    count: await call("count_stock")
  })

  const works = await everything("A-1")
  const refused = {
    unknown: await call("get_order", { order_id: "A-99" }),
    soldOut: await call("place_order", { item: "ink", quantity: 3 }),
    tooLate: await call("cancel_order", { order_id: "A-2" }),
    notBack: await call("refund_order", { order_id: "A-2" }),
    carrier: await call("ship_order", { order_id: "A-3" })
  }
  const wrong = await call("place_order", { item: "pen", quantity: "two" })
  shop.database.isDown = true
  const down = await everything("A-1")
  await client.close()
  await server.close()
  return { works, refused, wrong, down }
}

type Session = Awaited<ReturnType<typeof play>>
type Answers = Session["works"] | Session["refused"]

const texts = (answers: Answers) => Object.values(answers).map((answer) => answer.text)
const leaks = ({ down, refused, works }: Session): ReadonlyArray<string> => {
  const wire = [works, refused, down].flatMap((answers) => Object.values(answers as Answers)).map((it) => it.whole)
    .join("\n")
  return secrets.filter((secret) => wire.includes(secret))
}

const say = (text: string): void => console.log(`ok: ${text}`)

interface Version {
  readonly file: URL
  readonly make: (shop: Shop.Shop) => Server
}

const here = (file: string): URL => new URL(file, import.meta.url)
const subject = process.argv[2] === undefined ? here("./after-sdk.ts") : pathToFileURL(process.argv[2])
const afterSdk = await import(subject.href) as typeof BeforeSdk

interface Adoption {
  readonly name: string
  readonly before: Version
  readonly after: Version
  /** Says whether what the SDK itself refuses is told by the adapter too. */
  readonly isWhole?: boolean
}

const adoptions: ReadonlyArray<Adoption> = [
  {
    name: "SDK 1.x",
    before: { file: here("./before-sdk.ts"), make: BeforeSdk.make },
    after: { file: subject, make: afterSdk.make }
  },
  {
    name: "SDK 2.x",
    before: { file: here("./before-server.ts"), make: BeforeServer.make },
    after: { file: here("./after-server.ts"), make: AfterServer.make }
  },
  {
    name: "SDK 1.x, as a whole",
    before: { file: here("./before-sdk.ts"), make: BeforeSdk.make },
    after: { file: here("./adopted-sdk.ts"), make: AdoptedSdk.make },
    isWhole: true
  },
  {
    name: "SDK 2.x, as a whole",
    before: { file: here("./before-server.ts"), make: BeforeServer.make },
    after: { file: here("./adopted-server.ts"), make: AdoptedServer.make },
    isWhole: true
  }
]

for (const adoption of adoptions) {
  const { name } = adoption
  const before = await play(adoption.before.make)
  const after = await play(adoption.after.make)

  assert.deepEqual(texts(after.works), texts(before.works))
  for (const answer of Object.values(after.works)) assert.equal(answer.isError, false)
  say(`${name}: what worked answers as before`)

  assert.deepEqual(leaks(before), secrets)
  assert.deepEqual(leaks(after), [], "secrets go out")
  say(`${name}: ${secrets.length} of ${secrets.length} secrets went out before, none after`)

  assert.deepEqual(Object.values(before.refused).map((it) => it.isError), [true, true, false, false, false])
  for (const answer of Object.values(after.refused)) {
    assert.equal(answer.isError, true)
    assert.equal(answer.problem?.category, "permanent")
  }
  assert.match(after.refused.unknown.text, /^There is no order A-99\.\n/)
  assert.match(after.refused.soldOut.text, /^Only 0 of ink left\.\n/)
  assert.match(after.refused.tooLate.text, /^Order A-2 has left the house\.\n/)
  assert.match(after.refused.notBack.text, /^Order A-2 has to come back first\.\n/)
  assert.match(after.refused.carrier.text, /Carrier refused the parcel/)
  say(`${name}: failures that went out as successes are errors now, and customers read what they may`)

  assert.match(before.wrong.text, /Input validation error/)
  if (adoption.isWhole === true) {
    assert.match(after.wrong.text, /\nError: invalid_arguments .*\n- quantity: Expected number, got text\./)
    say(`${name}: arguments that are wrong are told issue by issue`)
  }

  for (const answer of Object.values(after.down)) {
    assert.doesNotMatch(answer.text, /password|10\.0\.0\.5/)
    const line = log.find((it) => it.includes(answer.problem!.reference_id))
    assert.match(line ?? "", /password authentication failed/)
    assert.doesNotMatch(line ?? "", /hunter2/)
  }
  say(`${name}: with the database down the client reads a reference, and the log has the cause`)

  const [old, changed] = await Promise.all([adoption.before, adoption.after].map(({ file }) => readFile(file, "utf8")))
  const lines = changedLines(old!, changed!)
  assert.ok(lines <= mostLines, `${lines} lines changed`)
  say(`${name}: ${lines} lines changed`)
}
