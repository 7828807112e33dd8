/**
 * Kills one of two processes that share runs: the other one goes on. One that comes back late does no harm.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, assert, describe, it } from "vitest"
import { describeWith } from "../services/service.ts"
import * as Folder from "../wire/Folder.ts"
import { databaseOf, freePort } from "./support/database.ts"
import { answerOf, counted, expected, ownerOf, pointsOf } from "./support/model.ts"
import { notes } from "./support/order.ts"
import * as Process from "./support/process.ts"

const isFull = process.env["ERRATA_FULL"] === "1"
const long = isFull ? 3_600_000 : 60_000

const cleanups: Array<() => unknown> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

type Engine = (folder: Folder.Folder) => Promise<Process.Settings["engine"]>

/** Starts so many processes on one state. */
const startAll = async (count: number, engine: Engine, plan: Pick<Process.Settings, "deadly" | "pause">) => {
  const folder = Folder.make()
  cleanups.push(folder.remove)
  const settings = await Promise.all(
    Array.from({ length: count }, async () => (
      { folder: folder.path, engine: await engine(folder), takeOver: "3 seconds", ...plan } as const
    ))
  )
  const workers = await Promise.all(settings.map(Process.start))
  cleanups.push(() => workers.forEach((worker) => worker.signal("SIGKILL")))
  return { folder: folder.path, settings, workers }
}

/** Dies at one point in whichever process runs the order: the other one answers, and so does the first when it is there again. */
const dieOnce = async (engine: Engine, point: string, fails: boolean): Promise<number> => {
  const { folder, settings, workers } = await startAll(2, engine, { deadly: [point], pause: 0 })
  const args = { order_id: "a", fails }
  let died = 0
  for (const { ended } of workers) void ended.then(() => died = performance.now())
  const texts = await Promise.all(workers.map((worker) => worker.call(args)))
  const taken = performance.now() - died
  const lost = texts.indexOf(undefined)
  assert.include(texts, answerOf("a", fails))
  assert.notStrictEqual(lost, -1, `it did not die at ${point}`)
  const again = await Process.start(settings[lost]!)
  cleanups.push(() => again.signal("SIGKILL"))
  assert.strictEqual(await again.call(args), answerOf("a", fails))
  const { keys, steps } = counted(folder, "a")
  assert.deepStrictEqual(steps, expected([point], fails))
  assert.strictEqual(keys, 3)
  return taken
}

/** Stops the process that runs an order until another one has done it. */
const comeBackLate = async (engine: Engine): Promise<void> => {
  const { folder, workers } = await startAll(2, engine, { deadly: [], pause: 700 })
  const args = { order_id: "a", fails: false }
  const calls = workers.map((worker) => worker.call(args))
  while (!notes(folder).some((line) => line.startsWith("a ship"))) await sleep(20)
  await sleep(200) // into the middle of it
  const owner = ownerOf(folder, "a")
  const late = workers.findIndex(({ pid }) => pid === owner)
  workers[late]!.signal("SIGSTOP")
  assert.strictEqual(await calls[1 - late], answerOf("a", false))
  workers[late]!.signal("SIGCONT")
  assert.strictEqual(await calls[late], answerOf("a", false))
  assert.strictEqual(await workers[1 - late]!.call(args), answerOf("a", false))
  assert.strictEqual(await workers[late]!.call(args), answerOf("a", false))
  const { keys, steps } = counted(folder, "a")
  assert.deepStrictEqual(steps, { charge: 1, ship: 2, notify: 1 })
  assert.strictEqual(keys, 3)
}

const points = (fails: boolean) =>
  isFull ? pointsOf(fails).slice(fails ? -4 : 0) : fails ? ["undo ship:end"] : ["ship:begin", "charge:after"]

const both = [
  ...points(false).map((point) => [point, false] as const),
  ...points(true).map((point) => [point, true] as const)
]

describe("two processes on SQLite", () => {
  const engine: Engine = async (folder) => ({ kind: "sqlite", filename: folder.at("runs.sqlite") })
  it.each(both.slice(0, isFull ? undefined : 1))("go on where one of them died: %s", async (point, fails) => {
    const taken = await dieOnce(engine, point, fails)
    console.log(`SQLite, ${point}: taken over after ${Math.round(taken)} ms`)
  }, long)
  // by command only: a process that is stopped in the middle of a write holds the file, and all others wait for it
  it.runIf(isFull)("are not harmed by one that comes back late", () => comeBackLate(engine), long)
})

describeWith("postgres", "two processes on Postgres", (postgres) => {
  const engine: Engine = async (folder) => ({
    kind: "postgres",
    url: await databaseOf(postgres().port, folder),
    port: await freePort()
  })
  it.each(both)("go on where one of them died: %s", async (point, fails) => {
    const taken = await dieOnce(engine, point, fails)
    console.log(`Postgres, ${point}: taken over after ${Math.round(taken)} ms`)
  }, long)
  it("are not harmed by one that comes back late", () => comeBackLate(engine), long)
})
