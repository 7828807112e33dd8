/**
 * Restarts PostgreSQL under a run: in the middle of an activity, as it ends, between two, and while callers wait. It stops as a crash
 * does, and recovers. The run goes on, what was written down is not done again, and every caller hears the same.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, assert, it } from "vitest"
import { describeWith } from "../services/service.ts"
import * as Folder from "../wire/Folder.ts"
import { databaseOf, freePort } from "./support/database.ts"
import * as Fleet from "./support/fleet.ts"
import { answerOf, counted } from "./support/model.ts"
import { isHeld, release } from "./support/order.ts"
import type * as Process from "./support/process.ts"

const cleanups: Array<() => unknown> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

/** When it is there again: before the step that it stopped in ends, or after that. */
const moments = ["before the step ends", "after the step ended"] as const

const points = ["charge:begin", "ship:begin", "ship:end", "ship:after", "notify:end"]

const isFull = process.env["ERRATA_FULL"] === "1"

const one = isFull ? moments.flatMap((moment) => points.map((point) => [point, moment] as const)) : [
  ["ship:begin", "before the step ends"],
  ["ship:end", "after the step ended"],
  ["ship:after", "after the step ended"]
] as const

describeWith("postgres", "a PostgreSQL that is restarted", (postgres) => {
  const play = async (count: number, point: string, moment: typeof moments[number]) => {
    const folder = Folder.make()
    cleanups.push(folder.remove)
    const settingsOf = async (): Promise<Process.Settings> => ({
      folder: folder.path,
      engine: { kind: "postgres", url: await databaseOf(postgres().port, folder), port: await freePort() },
      takeOver: "3 seconds",
      deadly: [],
      holds: [point],
      pause: 0
    })
    const fleet = await Fleet.start(count, settingsOf)
    cleanups.push(fleet.end)
    const settings = await settingsOf()
    const callers = [fleet.ask("a"), fleet.ask("a")]
    while (!isHeld(folder.path, point)) await sleep(20)
    await postgres().crash()
    callers.push(fleet.ask("a")) // it calls while there is no database
    if (moment === "after the step ended") {
      release(folder.path, point)
      await sleep(1_000)
      await postgres().startAgain()
    } else {
      await postgres().startAgain()
      await sleep(1_000)
      release(folder.path, point)
    }
    const heard = await Promise.all(callers)
    const wrong = await Fleet.wrongIn(heard.map((answers) => ["a", answers] as const), settings)
    assert.strictEqual(wrong.join("\n"), "")
    const later = (await fleet.ask("a")).at(-1)
    assert.strictEqual(later?.text, answerOf("a", false))
    const { keys, steps } = counted(folder.path, "a")
    assert.strictEqual(keys, 3, "a step was done under two keys")
    return steps
  }

  it.each(one)(
    "is waited for by one process: down at %s, there %s",
    async (point, moment) => {
      const { [point.split(":")[0]!]: cut, ...others } = await play(1, point, moment)
      // what had not ended when the locks were lost is begun again, under its key; what had ended is remembered
      assert.isAtMost(cut!, moment === "before the step ends" ? 2 : 1)
      assert.deepStrictEqual(Object.values(others), [1, 1])
    },
    90_000
  )

  it.each(isFull ? [...moments] : moments.slice(1))(
    "is waited for by two, of which another one may do the step again that it stopped in: there %s",
    async (moment) => {
      // the second one to start takes its part of the runs: what was in the middle then begins again, too
      for (const times of Object.values(await play(2, "ship:end", moment))) assert.isAtMost(times, 2)
    },
    90_000
  )
})
