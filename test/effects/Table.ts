/**
 * Writes what was played as a table.
 */
import type { Tally } from "./Play.ts"

/** The row of one tool. */
export interface Row {
  readonly name: string
  readonly intents: number
  readonly calls: number
  readonly lost: number
  readonly crashes: number
  readonly effects: number
  /** Intents that took effect more than once. */
  readonly doubled: number
  /** Intents that were told a success and took no effect. */
  readonly missing: number
  /** Intents that were told no success. */
  readonly refused: number
}

/** Counts what a tally and the effects of each intent say. */
export const rowOf = (name: string, tally: Tally, effects: ReadonlyArray<number>): Row => ({
  name,
  intents: effects.length,
  calls: tally.calls,
  lost: tally.lost,
  crashes: tally.crashes,
  effects: effects.reduce((sum, count) => sum + count, 0),
  doubled: effects.filter((count) => count > 1).length,
  missing: tally.endings.filter(({ outcome }, i) => outcome === "done" && effects[i] === 0).length,
  refused: tally.endings.filter(({ outcome }) => outcome === "refused").length
})

/** Writes the rows in Markdown. */
export const markdown = (rows: ReadonlyArray<Row>): string =>
  [
    "| tool | intents | calls | answers lost | crashes | effects | effects per intent | doubled | lost | not done |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...rows.map((row) =>
      `| ${row.name} | ${row.intents} | ${row.calls} | ${row.lost} | ${row.crashes} | ${row.effects} | ${
        (row.effects / row.intents).toFixed(2)
      } | ${row.doubled} | ${row.missing} | ${row.refused} |`
    )
  ].join("\n")
