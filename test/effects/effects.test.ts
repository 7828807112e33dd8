/**
 * Counts effects per intent: clients lose answers and patience, servers die, and everything is called again, blindly. What
 * takes a key takes effect once.
 *
 * `pnpm effects` plays 10,000 schedules, prints the table, and takes its time (`ERRATA_PART=0.1`: a tenth of them); as a
 * part of the tests some hundred are played.
 */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { describeWith } from "../services/service.ts"
import * as Folder from "../wire/Folder.ts"
import * as Play from "./Play.ts"
import * as Subjects from "./subjects.ts"
import * as Table from "./Table.ts"
import * as Wire from "./Wire.ts"

const isFull = process.env["ERRATA_FULL"] === "1"

/** Plays a part of all schedules, such as 0.1 of them. */
const part = Number(process.env["ERRATA_PART"] ?? 1)

/** Returns how many intents are played: so many by command, so many as a part of the tests. */
const many = (full: number, bounded: number): number => isFull ? Math.ceil(full * part) : bounded

/** The seed of the first schedule; the others follow it. */
const seed = Number(process.env["ERRATA_SEED"] ?? 20_261_126)

const rows: Array<Table.Row> = []
let folder: Folder.Folder

beforeAll(() => {
  folder = Folder.make()
})
afterAll(() => {
  folder.remove()
  if (isFull) console.log(`\nseed ${seed}\n\n${Table.markdown(rows)}\n`)
})

const play = async (subject: Subjects.Subject, concurrency: number, crashes: number): Promise<Table.Row> => {
  const fleet = Wire.fleet(subject.command)
  await fleet.at(0)
  subject.prepare?.()
  const tally = await Play.play(fleet, subject.intents, { seed, concurrency, crashes })
  await fleet.stop()
  const row = Table.rowOf(subject.name, tally, await subject.effects())
  rows.push(row)
  return row
}

const long = 3_600_000

/** Fails unless every intent took effect once, in spite of what was lost. */
const once = (row: Table.Row): void => {
  assert.deepStrictEqual(
    { doubled: row.doubled, missing: row.missing, refused: row.refused, effects: row.effects },
    { doubled: 0, missing: 0, refused: 0, effects: row.intents }
  )
  assert.isAbove(row.lost, 0, "nothing was lost: this proves nothing")
  assert.isAbove(row.crashes, 0, "no server died: this proves nothing")
}

describe("what takes a key", () => {
  const subjects = [
    ["charge_user", Subjects.chargeUser, [4_000, 80], 16, [10, 30]],
    ["manage_project", Subjects.manageProject, [2_000, 60], 16, [15, 40]],
    ["assign_to_category", Subjects.assignToCategory, [2_000, 60], 16, [15, 40]],
    ["deploy_application", Subjects.deployApplication, [1_000, 40], 16, [20, 60]],
    ["convert_document", Subjects.convertDocument, [400, 10], 4, [60, 100]],
    ["batch_convert_documents", Subjects.batchConvertDocuments, [100, 4], 2, [150, 150]]
  ] as const

  it.each(subjects)("takes effect once: %s", async (_, make, [full, bounded], concurrency, crashes) => {
    once(await play(make(folder, many(full, bounded)), concurrency, crashes[isFull ? 0 : 1]))
  }, long)
})

describeWith("postgres", "what takes a key, on Postgres", (postgres) => {
  it("takes effect once: charge_user", async () => {
    const url = `postgres://postgres@127.0.0.1:${postgres().port}/postgres`
    once(await play(Subjects.chargeUserOnPostgres(folder, many(500, 60), url), 16, 40))
  }, long)
})

describe("what takes none", () => {
  it.each([
    ["the plain SDK", Subjects.plain],
    ["a tool of Errata without a key", Subjects.keyless]
  ])("takes effect as often as it is called: %s", async (_, make) => {
    const row = await play(make(folder, many(10_000, 60)), 16, 10)
    assert.isAbove(row.effects, row.intents)
    assert.isAbove(row.doubled, 0)
  }, long)
})
