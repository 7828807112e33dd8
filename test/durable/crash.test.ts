/**
 * Kills processes (SIGKILL) at every step of a run: before it, in the middle, at its end before it is written down, and after. What
 * had ended is not done again, what had not is, with the same key; what is undone is undone once; and every caller hears the same.
 *
 * `pnpm durable` draws 60 plans more, with several deaths at one point.
 */
import { afterEach, assert, describe, it } from "vitest"
import { randomOf } from "../effects/Schedule.ts"
import * as Folder from "../wire/Folder.ts"
import { answerOf, counted, expected, pointsOf } from "./support/model.ts"
import * as Process from "./support/process.ts"

const isFull = process.env["ERRATA_FULL"] === "1"

const cleanups: Array<() => void> = []
afterEach(() => cleanups.splice(0).forEach((clean) => clean()))

const settingsOf = (deadly: ReadonlyArray<string>, pause = 0): Process.Settings => {
  const folder = Folder.make()
  cleanups.push(folder.remove)
  return {
    folder: folder.path,
    engine: { kind: "sqlite", filename: folder.at("runs.sqlite") },
    deadly,
    pause,
    takeOver: "3 seconds"
  }
}

/** Plays an order that dies as planned, and asks once more in a process of its own. */
const play = async (deadly: ReadonlyArray<string>, fails: boolean): Promise<void> => {
  const settings = settingsOf(deadly)
  const args = { order_id: "a", fails }
  const first = await Process.callUntilAnswered(settings, args)
  const second = await Process.callUntilAnswered(settings, args)
  assert.deepStrictEqual([first.text, second.text], [answerOf("a", fails), answerOf("a", fails)])
  assert.strictEqual(first.deaths, deadly.length, "it did not die as planned")
  const { keys, order, steps } = counted(settings.folder, "a")
  assert.deepStrictEqual(steps, expected(deadly, fails))
  assert.strictEqual(keys, 3, "a step was done under two keys")
  assert.deepStrictEqual(order, Object.keys(expected(deadly, fails)), "steps are out of order")
}

const long = isFull ? 3_600_000 : 180_000

describe("one process on SQLite", () => {
  it("goes on from the step that it died in", () => play(pointsOf(false), false), long)
  it("takes back what was done, each once", () => play(pointsOf(true).slice(-4), true), long)
  it.runIf(isFull)("does so wherever it dies, however often", async () => {
    const seed = Number(process.env["ERRATA_SEED"] ?? 20_261_127)
    for (let i = 0; i < Number(process.env["ERRATA_MANY"] ?? 60); i++) {
      const random = randomOf(seed + i)
      const fails = random() < 0.5
      const points = pointsOf(fails)
      const deadly = Array.from(
        { length: Math.floor(random() * 6) },
        () => points[Math.floor(random() * points.length)]!
      )
      await play(deadly, fails).catch((error: unknown) => {
        throw new Error(`seed ${seed + i}: ${deadly.join(", ")}`, { cause: error })
      })
    }
  }, long)
})
