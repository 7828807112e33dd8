/**
 * Starts the runners of the story as its guide says, kills one of them, and sees every order end; and reads the compose file.
 */
import * as World from "@errata/examples/durable/world"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import { freePort } from "../../durable/support/database.ts"
import { describeWith } from "../../services/service.ts"
import * as Folder from "../../wire/Folder.ts"

const examples = new URL("../../../packages/examples/src/durable/", import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, examples))

const cleanups: Array<() => unknown> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

/** Starts so many runners by the script of the guide; tells which processes they are. */
const startRunners = async (url: string, count: number, env: { readonly [name: string]: string }) => {
  const cluster = spawn(process.execPath, [path("main-cluster.ts"), url, `${count}`], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const ended = once(cluster, "close")
  cleanups.push(async () => {
    cluster.kill("SIGTERM")
    await ended
  })
  const pids: Array<number> = []
  createInterface(cluster.stdout).on("line", (line) => {
    const pid = /^runner (\d+) on port \d+$/.exec(line)?.[1]
    if (pid !== undefined) pids.push(Number(pid))
  })
  while (pids.length < count) await sleep(20)
  return { cluster, ended, pids }
}

const connect = async (env: { readonly [name: string]: string }): Promise<Client> => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [path("server.ts")],
    env,
    stderr: "ignore"
  })
  const client = new Client({ name: "runners", version: "0.1.0" })
  await client.connect(transport)
  cleanups.push(() => client.close())
  return client
}

const orders = Array.from({ length: 8 }, (_, i) => `order-${i}`)

describeWith("postgres", "the runners of the story", (postgres) => {
  it("end every order, also those of one that is killed", async () => {
    const folder = Folder.make()
    cleanups.push(() => folder.remove())
    const url = `postgres://postgres@127.0.0.1:${postgres().port}/postgres`
    const env = { WORLD: folder.path, TAKES: "300", TAKE_OVER: "3" }
    const { cluster, ended, pids } = await startRunners(url, 2, { ...env, PORT: `${await freePort()}` })
    const client = await connect({ ...env, ENGINE: url, PORT: `${await freePort()}` })
    const answers = orders.map((order_id) =>
      client.callTool({ name: "place_order", arguments: { order_id, address: "Lane 1" } })
    )
    while (!World.requests(folder.path).some((line) => line.startsWith("ship "))) await sleep(20)
    process.kill(pids[0]!, "SIGKILL")
    for (const { isError, content } of await Promise.all(answers)) {
      assert.notStrictEqual(isError, true, JSON.stringify(content))
    }
    assert.deepStrictEqual(
      World.effects(folder.path),
      orders.flatMap((order) => ["charge", "notify", "ship"].map((what) => `${what} ${order}`)).sort()
    )
    while (pids.length < 3) await sleep(20) // one in the place of the one that died
    cluster.kill("SIGTERM")
    await ended
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), /ESRCH/)
  }, 60_000)
})

describe("the compose file", () => {
  const file = path("compose.yaml")
  const text = readFileSync(file, "utf8")

  it("starts what is there, in the environment that the engine reads", () => {
    const [, script = ""] = /exec node (\S+)"\]/.exec(text) ?? []
    const [, root = ""] = /- (\S+):\/errata:ro/.exec(text) ?? []
    assert.isTrue(existsSync(new URL(`${root}/${script}`, examples)), `${root}/${script}`)
    const engine = readFileSync(path("engine.ts"), "utf8")
    const environment = /environment:\n((?: {6}[A-Z_]+: .*\n)+)(?= {4}#)/.exec(text)?.[1] ?? ""
    const names = Array.from(environment.matchAll(/^ {6}([A-Z_]+):/gm), ([, name]) => name!)
    assert.deepStrictEqual(names, ["ENGINE", "PORT", "WORLD"])
    for (const name of [...names, "HOST"]) assert.include(engine, `| \`${name}\` |`)
  })
})
