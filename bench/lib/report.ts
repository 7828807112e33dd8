/** Turns samples into a table and a record for `bench/results/`. */
import { median, type Sample } from "./stats.ts"

export interface Goal {
  /** The number of the goal, unless the name of the benchmark begins with it. */
  readonly of?: string | undefined
  /** The variant that is judged. */
  readonly variant: string
  /** The variant that it is judged against. */
  readonly against: string
  /** The greatest ratio that meets the goal. */
  readonly atMost: number
}

export interface Comparison {
  readonly title: string
  readonly unit: string
  readonly samples: ReadonlyArray<Sample>
  /** The same thing measured twice, under two names. */
  readonly control: readonly [base: string, again: string]
  readonly goals: ReadonlyArray<Goal>
  /** Is true for what differs between the same thing measured twice, and is not judged: then a control voids nothing. */
  readonly isLoose?: boolean | undefined
}

interface Row {
  readonly variant: string
  readonly median: number
  readonly ratio: number
  readonly lowest: number
  readonly highest: number
}

export interface Judged {
  readonly title: string
  readonly unit: string
  readonly rows: ReadonlyArray<Row>
  readonly control: number
  readonly isVoid: boolean
  readonly goals: ReadonlyArray<Goal & { readonly ratio: number; readonly isMet: boolean }>
}

/** What was found, and how often it was measured for that. */
export interface Attempted extends Judged {
  readonly attempts: number
}

const roundsOf = ({ samples, title }: Comparison, name: string): ReadonlyArray<number> => {
  const found = samples.find((sample) => sample.name === name)
  if (found === undefined) throw new Error(`${title}: no variant is called "${name}"`)
  return found.rounds
}

const ratios = (comparison: Comparison, name: string, against: string): ReadonlyArray<number> => {
  const base = roundsOf(comparison, against)
  const found = roundsOf(comparison, name).map((value, round) => value / base[round]!)
  if (!found.every(Number.isFinite)) throw new Error(`${comparison.title}: ${name} and ${against} cannot be compared`)
  return found
}

export const judge = (comparison: Comparison): Judged => {
  const [base, again] = comparison.control
  const control = median(ratios(comparison, again, base))
  return {
    title: comparison.title,
    unit: comparison.unit,
    rows: comparison.samples.map(({ name, rounds }) => {
      const own = ratios(comparison, name, base)
      return {
        variant: name,
        median: median(rounds),
        ratio: median(own),
        lowest: Math.min(...own),
        highest: Math.max(...own)
      }
    }),
    control,
    isVoid: comparison.isLoose !== true && (control < 0.95 || control > 1.05),
    goals: comparison.goals.map((goal) => {
      const ratio = median(ratios(comparison, goal.variant, goal.against))
      return { ...goal, ratio, isMet: ratio <= goal.atMost }
    })
  }
}

const number = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)

export const table = (judged: Judged): string => {
  const [base] = judged.rows
  const head = ["variant", judged.unit, `ratio to ${base?.variant}`, "lowest", "highest"]
  const body = judged.rows.map((row) => [
    row.variant,
    number(row.median),
    row.ratio.toFixed(3),
    row.lowest.toFixed(3),
    row.highest.toFixed(3)
  ])
  const widths = head.map((title, i) => Math.max(title.length, ...body.map((cells) => cells[i]!.length)))
  const line = (cells: ReadonlyArray<string>): string =>
    `| ${cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(" | ")} |`
  return [
    line(head),
    `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`,
    ...body.map(line),
    `A/A control ${judged.control.toFixed(3)}${judged.isVoid ? ": void" : ""}`,
    ...judged.goals.map((goal) =>
      `${goal.isMet ? "met   " : "MISSED"} ${goal.variant} / ${goal.against} = ${
        goal.ratio.toFixed(3)
      }, goal <= ${goal.atMost}`
    )
  ].join("\n")
}
