/** A server as a process: how it ends, what does not end it, and several behind one port. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "vitest"
import { callOf, messages, post } from "./support/ask.ts"
import { startFixture } from "./support/process.ts"

const wait = (url: string, millis: number, id: number) => post(url, callOf("wait", { millis }, id))

describe("a process that is asked to end under load", () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("by %s answers every call, and ends with 0", async (signal) => {
    const { child, ended, log, url } = await startFixture({ drain: "30 seconds" })
    await (await wait(url, 0, 0)).text()
    const calls = Array.from({ length: 40 }, (_, i) => wait(url, 200 + i * 10, i))
    await wait(url, 100, 99).then((response) => response.text()) // every one has arrived by then
    child.kill(signal)
    const answers = await Promise.all(calls.map(async (call) => (await messages(await call))[0]))
    assert.deepStrictEqual(
      answers.map(({ id, result }) => [id, typeof result?.structuredContent.pid]),
      answers.map((_, i) => [i, "number"])
    )
    assert.strictEqual(await ended, 0)
    assert.deepStrictEqual(
      log.filter(({ message }) => message !== "tool call ended").map(({ message }) => message),
      ["listening", "ending", "ended"]
    )
  })

  it("refuses what comes after it said so", async () => {
    const { child, ended, url } = await startFixture({ drain: "30 seconds", drainDelay: "1 second" })
    const call = wait(url, 1_500, 1)
    await (await wait(url, 50, 2)).text()
    child.kill("SIGTERM")
    const ready = new URL("/ready", url)
    await expect.poll(async () => (await fetch(ready)).status, { timeout: 10_000 }).toBe(503)
    assert.deepStrictEqual((await (await fetch(ready)).json() as any).reasons, ["draining"])
    assert.strictEqual((await wait(url, 0, 3)).status, 200) // a load balancer has not noticed yet
    assert.strictEqual((await messages(await call))[0].id, 1)
    assert.strictEqual(await ended, 0)
  })

  it("tells the calls that it cannot wait for", async () => {
    const { child, ended, log, url } = await startFixture({ drain: "50 millis" })
    const calls = Array.from({ length: 5 }, (_, id) => wait(url, 60_000, id))
    await (await wait(url, 50, 9)).text()
    child.kill("SIGTERM")
    for (const [id, call] of calls.entries()) {
      const response = await call
      assert.strictEqual(response.status, 503)
      assert.strictEqual(response.headers.get("retry-after"), "1")
      const [told] = await messages(response)
      assert.strictEqual(told.id, id)
      assert.strictEqual(told.error.message, "The server is shutting down. Try again")
    }
    assert.strictEqual(await ended, 0)
    assert.isDefined(log.find(({ message }) => message === "calls are interrupted: the server is shutting down"))
  })

  it("a second time, ends at once", async () => {
    const { child, ended, url } = await startFixture({ drain: "10 minutes" })
    const call = wait(url, 60_000, 1).catch(() => "lost")
    await (await wait(url, 50, 9)).text()
    child.kill("SIGTERM")
    await expect.poll(async () => (await fetch(new URL("/ready", url)).catch(() => ({ status: 0 }))).status).not.toBe(
      200
    )
    child.kill("SIGTERM")
    assert.strictEqual(await ended, 0)
    assert.strictEqual(await call, "lost")
  })
})

describe("a process", () => {
  it("lives on when something throws that no call waits for", async () => {
    const { child, ended, log, url } = await startFixture()
    for (let i = 0; i < 3; i++) assert.strictEqual((await post(url, callOf("stray"))).status, 200)
    await expect.poll(() => log.filter(({ message }) => message === "an unhandled rejection").length).toBe(3)
    await expect.poll(() => log.filter(({ message }) => message === "an uncaught error").length).toBe(3)
    assert.notInclude(JSON.stringify(log), "sk_live_4e")
    assert.strictEqual((await wait(url, 0, 1)).status, 200)
    child.kill("SIGTERM")
    assert.strictEqual(await ended, 0)
  })

  it("ends with 70 when so much throws that its state is unknown", async () => {
    const { ended, url } = await startFixture({ uncaught: { most: 4 } })
    for (let i = 0; i < 2; i++) await post(url, callOf("stray")).catch(() => undefined)
    assert.strictEqual(await ended, 70)
  })

  it("ends with 75 when its event loop stays blocked, and tells the call and the place in the code", async () => {
    const watchdog = { startAfter: 0, warnAfter: "50 millis", endAfter: "3 seconds" }
    const { ended, log, url } = await startFixture({ watchdog })
    for (let i = 0; i < 100 && !log.some(({ message }) => message === "the event loop runs again"); i++) {
      await (await post(url, callOf("block", { millis: 150 }))).text() // until somebody watches
    }
    await post(url, callOf("block", { millis: 600_000 })).catch(() => undefined)
    assert.strictEqual(await ended, 75)
    const last = log.findLast(({ level }) => level === "Fatal") as any
    assert.deepInclude(last, { exit_code: 75, tools: ["block"] })
    assert.include(JSON.stringify(log), "blockTheLoop (file:")
  })

  it.each([
    [{ port: 70_000 }, "70000 is no port"],
    [{ host: "0.0.0.0" }, "needs the option `hosts`"],
    [{ token: "not a token" }, "The token must be"],
    [{ host: "203.0.113.7" }, "EADDRNOTAVAIL"]
  ])("does not start with %j, and says why", (settings, why) => {
    const script = fileURLToPath(new URL("fixtures/server.ts", import.meta.url))
    const { status, stderr } = spawnSync(process.execPath, [script, JSON.stringify(settings)], { encoding: "utf8" })
    assert.strictEqual(status, 78)
    assert.strictEqual(stderr.trim().split("\n").length, 1)
    const line = JSON.parse(stderr) as Record<string, string>
    assert.deepInclude(line, { level: "Fatal", message: "fixture cannot start" })
    assert.include(line["reason"], why)
  })
})

describe("several processes behind one port", () => {
  const pidsOf = async (url: string): Promise<ReadonlySet<number>> => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, id) => {
        const [{ result }] = await messages(
          await post(url, callOf("wait", { millis: 20 }, id), { connection: "close" })
        )
        return result.structuredContent.pid as number
      })
    )
    return new Set(answers)
  }

  it("share it by SO_REUSEPORT", async () => {
    const first = await startFixture({ sharesPort: true })
    const port = Number(new URL(first.url).port)
    const second = await startFixture({ sharesPort: true, port })
    const pids = await pidsOf(first.url)
    assert.deepStrictEqual(pids, new Set([first.child.pid!, second.child.pid!]))
    first.child.kill("SIGTERM")
    assert.strictEqual(await first.ended, 0)
    assert.deepStrictEqual([...await pidsOf(second.url)], [second.child.pid!])
  })

  it("share it as a cluster", async () => {
    const { child, ended, log, url } = await startFixture({ inCluster: true, port: 0 })
    await expect.poll(() => log.filter(({ message }) => message === "listening").length, { timeout: 30_000 }).toBe(2)
    assert.strictEqual((await pidsOf(url)).size, 2)
    child.kill("SIGTERM")
    assert.strictEqual(await ended, 0)
    assert.strictEqual(log.filter(({ message }) => message === "ended").length, 2)
  })
})
