/**
 * Runs many orders over several processes: none is lost, none is done twice.
 *
 * `pnpm durable` runs 1,000 over one, two and three processes, and prints how many a second; as a part of the tests it is some dozens.
 */
import { afterEach, assert, describe, it } from "vitest"
import { describeWith } from "../services/service.ts"
import * as Folder from "../wire/Folder.ts"
import { databaseOf, freePort } from "./support/database.ts"
import { notes } from "./support/order.ts"
import * as Process from "./support/process.ts"

const isFull = process.env["ERRATA_FULL"] === "1"
const many = isFull ? Number(process.env["ERRATA_MANY"] ?? 1_000) : 60
const long = isFull ? 3_600_000 : 120_000

const cleanups: Array<() => unknown> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

type Engine = (folder: Folder.Folder) => Promise<Process.Settings["engine"]>

/** Gives every process its part of the orders, and half of the next one's, so that two ask for one order. */
const run = async (count: number, engine: Engine): Promise<number> => {
  const folder = Folder.make()
  cleanups.push(folder.remove)
  const settings = await Promise.all(Array.from({ length: count }, async () => (
    { folder: folder.path, engine: await engine(folder), takeOver: "15 seconds", deadly: [], pause: 0 } as const
  )))
  const workers = await Promise.all(settings.map(Process.start))
  cleanups.push(() => workers.forEach((worker) => worker.signal("SIGKILL")))
  await Promise.all(workers.map((worker, i) => worker.call({ orders: [`warm-${i}`] })))
  const orders = Array.from({ length: many }, (_, i) => `order-${i}`)
  const part = Math.ceil(many / count)
  const began = performance.now()
  const wrong = await Promise.all(workers.map((worker, i) => {
    const twice = count === 1
      ? []
      : orders.slice(((i + 1) % count) * part, ((i + 1) % count) * part + Math.ceil(part / 10))
    return worker.call({ orders: [...orders.slice(i * part, (i + 1) * part), ...twice] })
  }))
  const seconds = (performance.now() - began) / 1_000
  assert.deepStrictEqual(wrong, workers.map(() => "[]"), "answers are wrong, or a process died")
  const keys = new Map<string, Set<string>>()
  const steps = new Map<string, Set<string>>()
  const executed = notes(folder.path).filter((line) => line.startsWith("order-")).map((line) => {
    const [order, step, key] = line.split(" ")
    keys.set(`${order} ${step}`, (keys.get(`${order} ${step}`) ?? new Set()).add(key!))
    steps.set(key!, (steps.get(key!) ?? new Set()).add(`${order} ${step}`))
  }).length
  // a bank that takes keys has one effect for each: so many as there are steps, none for two of them
  const wanted = orders.flatMap((order) => ["charge", "ship", "notify"].map((step) => `${order} ${step}`))
  assert.sameMembers([...keys.keys()], wanted)
  for (const [step, { size }] of keys) assert.strictEqual(size, 1, `${step}: effects`)
  for (const [key, { size }] of steps) assert.strictEqual(size, 1, `${key}: steps`)
  const again = executed - keys.size
  assert.isAtMost(again, many / 10, "much was executed again, though nothing died")
  console.log(`${again} of ${keys.size} steps were executed again, under their key, as runs moved between processes`)
  return many / seconds
}

const report = (name: string, count: number, rate: number): void =>
  console.log(`${name}: ${many} runs over ${count} processes, ${rate.toFixed(1)} a second`)

describe("many runs on SQLite", () => {
  const engine: Engine = async (folder) => ({ kind: "sqlite", filename: folder.at("runs.sqlite") })
  it.each(isFull ? [1, 2, 3] : [2])("are all done once: %i processes", async (count) => {
    report("SQLite", count, await run(count, engine))
  }, long)
})

describeWith("postgres", "many runs on Postgres", (postgres) => {
  const engine: Engine = async (folder) => ({
    kind: "postgres",
    url: await databaseOf(postgres().port, folder),
    port: await freePort()
  })
  it.each(isFull ? [1, 2, 3] : [2])("are all done once: %i processes", async (count) => {
    report("Postgres", count, await run(count, engine))
  }, long)
})
