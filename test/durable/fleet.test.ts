/**
 * Runs many orders over several processes: none is lost, none is done twice, and no answer is wrong, whatever becomes of the processes.
 *
 * `pnpm durable` runs 1,000 over one, two and three processes, and prints how many a second, then 1,000 more of which processes are
 * killed, stopped, join and leave. As a part of the tests it is some dozens.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, assert, describe, it } from "vitest"
import { randomOf } from "../effects/Schedule.ts"
import { describeWith } from "../services/service.ts"
import * as Folder from "../wire/Folder.ts"
import { databaseOf, freePort } from "./support/database.ts"
import * as Fleet from "./support/fleet.ts"
import { notes } from "./support/order.ts"
import type * as Process from "./support/process.ts"

const isFull = process.env["ERRATA_FULL"] === "1"
const many = isFull ? Number(process.env["ERRATA_MANY"] ?? 1_000) : 60
const seed = Number(process.env["ERRATA_SEED"] ?? 20_261_127)
const long = isFull ? 3_600_000 : 120_000

const cleanups: Array<() => unknown> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

type Engine = (folder: Folder.Folder) => Promise<Process.Settings["engine"]>

const startFleet = async (
  count: number,
  engine: Engine,
  { pause, takeOver }: Pick<Process.Settings, "pause" | "takeOver">
): Promise<{ readonly fleet: Fleet.Fleet; readonly settings: Process.Settings }> => {
  const folder = Folder.make()
  cleanups.push(folder.remove)
  const settingsOf = async () => (
    { folder: folder.path, engine: await engine(folder), takeOver, deadly: [], pause } as const
  )
  const fleet = await Fleet.start(count, settingsOf)
  cleanups.push(fleet.end)
  return { fleet, settings: await settingsOf() }
}

const orders = Array.from({ length: many }, (_, i) => `order-${i}`)
/** A tenth of the orders is asked for twice. */
const asked = [...orders, ...orders.filter((_, i) => i % 10 === 0)]

/** Holds what was heard and done to what should have been, and returns how many steps were executed again. */
const check = async (
  heard: Awaited<ReturnType<typeof Fleet.askAll>>,
  settings: Process.Settings
): Promise<number> => {
  const wrong = await Fleet.wrongIn(heard, settings)
  assert.strictEqual(wrong.join("\n"), "", "answers are wrong")
  assert.lengthOf(heard, asked.length)
  const keys = new Map<string, Set<string>>()
  const steps = new Map<string, Set<string>>()
  const executed = notes(settings.folder).filter((line) => line.startsWith("order-")).map((line) => {
    const [order, step, key] = line.split(" ")
    keys.set(`${order} ${step}`, (keys.get(`${order} ${step}`) ?? new Set()).add(key!))
    steps.set(key!, (steps.get(key!) ?? new Set()).add(`${order} ${step}`))
  }).length
  // a bank that takes keys has one effect for each: so many as there are steps, none for two of them
  const wanted = orders.flatMap((order) => ["charge", "ship", "notify"].map((step) => `${order} ${step}`))
  assert.sameMembers([...keys.keys()], wanted)
  for (const [step, { size }] of keys) assert.strictEqual(size, 1, `${step}: effects`)
  for (const [key, { size }] of steps) assert.strictEqual(size, 1, `${key}: steps`)
  return executed - keys.size
}

const told = (heard: Awaited<ReturnType<typeof Fleet.askAll>>): string =>
  Object.entries(Fleet.kindsIn(heard)).map(([kind, count]) => `${count} ${kind}`).join(", ")

/** Lets every process ask for all of its orders, none of them disturbed. */
const quiet = async (name: string, count: number, engine: Engine): Promise<void> => {
  const { fleet, settings } = await startFleet(count, engine, { pause: 0, takeOver: "15 seconds" })
  await Promise.all(fleet.members.map((worker, i) => worker.ask({ order_id: `warm-${i}`, fails: false })))
  const began = performance.now()
  const heard = await Fleet.askAll(fleet, asked, 64 * count)
  const rate = many / ((performance.now() - began) / 1_000)
  const again = await check(heard, settings)
  assert.isAtMost(again, many / 10, "much was executed again, though nothing died")
  console.log(
    `${name}: ${many} runs over ${count} processes, ${rate.toFixed(1)} a second; ${again} of ${many * 3} steps were ` +
      `executed again, under their key, as runs moved; heard: ${told(heard)}`
  )
}

const disturbances = ["kill", "stop", "visit"] as const

/** Kills, stops and lets join and leave, one after the other, until all that was asked is answered. */
const disturbed = async (name: string, count: number, engine: Engine, only = disturbances): Promise<void> => {
  const { fleet, settings } = await startFleet(count, engine, { pause: isFull ? 20 : 300, takeOver: "3 seconds" })
  const random = randomOf(seed)
  const done: Record<string, number> = {}
  let isOver = false
  const disturb = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn++) {
      await sleep(200 + random() * 2_000)
      if (isOver) return
      const what = only[turn % only.length]!
      const index = Math.floor(random() * count)
      done[what] = (done[what] ?? 0) + 1
      if (what === "kill") await fleet.kill(index)
      if (what === "stop") await fleet.stop(index, 500 + random() * 6_000)
      if (what === "visit") await fleet.visit(1_000 + random() * 5_000)
    }
  }
  const disturbing = disturb()
  const heard = await Fleet.askAll(fleet, asked, 64)
  isOver = true
  const again = await check(heard, settings)
  await disturbing
  assert.isNotEmpty(done, "nothing disturbed it")
  console.log(
    `${name}: ${many} runs over ${count} processes, disturbed by ${JSON.stringify(done)}; ${again} of ${
      many * 3
    } steps ` +
      `were executed again, under their key; heard: ${told(heard)}`
  )
}

describe("many runs on SQLite", () => {
  const engine: Engine = async (folder) => ({ kind: "sqlite", filename: folder.at("runs.sqlite") })
  it.each(isFull ? [1, 2, 3] : [2])("are all done once: %i processes", (count) => quiet("SQLite", count, engine), long)
  it.runIf(isFull).each([2, 3])(
    "are all done once, whoever dies, joins and leaves: %i processes",
    (count) => disturbed("SQLite", count, engine),
    long
  )
})

describeWith("postgres", "many runs on Postgres", (postgres) => {
  const engine: Engine = async (folder) => ({
    kind: "postgres",
    url: await databaseOf(postgres().port, folder),
    port: await freePort()
  })
  it.each(isFull ? [1, 2, 3] : [2])(
    "are all done once: %i processes",
    (count) => quiet("Postgres", count, engine),
    long
  )
  it.each(isFull ? [2, 3] : [2])(
    "are all done once, whoever dies, joins and leaves: %i processes",
    (count) => disturbed("Postgres", count, engine),
    long
  )
})
