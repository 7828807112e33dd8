/**
 * Kills processes (SIGKILL) at every step of a run: before it, in the middle, at its end before it is written down, and after. What
 * had ended is not done again, what had not is, with the same key; what is undone is undone once; and every caller hears the same.
 *
 * `pnpm durable` draws 60 plans more, with several deaths at one point.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, assert, describe, it } from "vitest"
import { randomOf } from "../effects/Schedule.ts"
import * as Folder from "../wire/Folder.ts"
import { answerOf, cancelledAnswer, counted, expected, pointsOf, richPointsOf } from "./support/model.ts"
import { backward, isHeld, release } from "./support/order.ts"
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
    isRich: true,
    takeOver: "3 seconds"
  }
}

/** Plays an order that dies as planned, and asks once more in a process of its own. Other arguments are refused all the while. */
const play = async (deadly: ReadonlyArray<string>, fails: boolean): Promise<void> => {
  const settings = settingsOf(deadly)
  const args = { order_id: "a", fails }
  const others = { order_id: "a", fails: !fails }
  const first = await Process.callUntilAnswered(settings, args, others)
  const second = await Process.callUntilAnswered(settings, args)
  assert.deepStrictEqual([first.text, second.text], [answerOf("a", fails), answerOf("a", fails)])
  for (const { type } of first.besides) assert.strictEqual(type, "idempotency_conflict")
  assert.strictEqual(first.deaths, deadly.length, "it did not die as planned")
  hold(settings.folder, expected(deadly, fails), 3)
}

/** Holds what was executed to the model. */
const hold = (folder: string, wanted: ReturnType<typeof expected>, keyCount: number): void => {
  const { keys, order, steps } = counted(folder, "a")
  assert.deepStrictEqual(steps, wanted)
  assert.strictEqual(keys, keyCount, "a step was done under two keys")
  assert.deepStrictEqual(order, Object.keys(wanted), "steps are out of order")
}

/** Cancels an order in the middle of a step, and dies while it is undone. */
const cancel = async (deadly: ReadonlyArray<string>): Promise<void> => {
  const settings = { ...settingsOf(deadly), holds: ["ship:end"] }
  const args = { order_id: "a", fails: false }
  const worker = await Process.start(settings)
  const calls = [worker.ask(args), worker.ask(args)]
  while (!isHeld(settings.folder, "ship:end")) await sleep(20)
  const cancelling = worker.ask({ order_id: "a", cancel: true })
  await sleep(300) // until it is written down
  release(settings.folder, "ship:end")
  const told = [...await Promise.all(calls), await cancelling]
  if (deadly.length === 0) await worker.close()
  else assert.deepStrictEqual(told, [undefined, undefined, undefined], "it did not die as planned")
  const last = await Process.callUntilAnswered(settings, args)
  for (const text of [...told.slice(0, 2).map((answer) => answer?.text ?? last.text), last.text]) {
    assert.isTrue(text.startsWith(cancelledAnswer), text)
  }
  hold(settings.folder, expected(deadly, false, true), 2)
}

const long = isFull ? 3_600_000 : 300_000

describe("one process on SQLite", () => {
  it("goes on from the step that it died in", () => play(pointsOf(false), false), long)
  it("takes back what was done, each once", () => play(pointsOf(true).slice(-4), true), long)
  it.each(isFull ? [[], ...backward.map((point) => [point]), [...backward]] : [[...backward]])(
    "goes on undoing what was cancelled, where it died: %s %s %s %s",
    (...deadly) => cancel(deadly),
    long
  )
  it.runIf(isFull)("does so wherever it dies, however often", async () => {
    const seed = Number(process.env["ERRATA_SEED"] ?? 20_261_127)
    for (let i = 0; i < Number(process.env["ERRATA_MANY"] ?? 60); i++) {
      const random = randomOf(seed + i)
      const fails = random() < 0.5
      const points = richPointsOf(fails)
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
