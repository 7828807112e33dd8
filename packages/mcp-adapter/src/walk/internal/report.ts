import type * as Tool from "@errata/core/Tool"
import type { Provocations, Report, Row } from "./model.ts"

/** Returns the declared errors that nothing provokes, as `tool: Error`. */
export const missingIn = (
  definitions: ReadonlyArray<Tool.Any>,
  provoke: Provocations,
  except: ReadonlyArray<string>
): ReadonlyArray<string> =>
  definitions.flatMap(({ errors, name }) => {
    const provoked = provoke[name] ?? {}
    return errors
      .map(({ identifier }) => identifier)
      .filter((error) => !(error in provoked) && !except.includes(error) && !except.includes(`${name}: ${error}`))
      .map((error) => `${name}: ${error}`)
  })

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/[\r\n]+/g, " ")

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n")

/** Joins the rows of one provocation over all hosts. */
const joined = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const [{ error, note, tool }] = rows as readonly [Row, ...Array<Row>]
  const worst = rows.find(({ isFine }) => !isFine) ?? rows[0]!
  const fine = rows.filter(({ isFine }) => isFine).length
  const outcome = worst.isSilent ? worst.isFine ? "told apart" : "not told apart" : worst.outcome
  return [
    `\`${tool}\``,
    error,
    outcome,
    String(Math.max(...rows.map(({ calls }) => calls))),
    String(worst.checked),
    rows.length === 1 ? "" : `${fine} of ${rows.length}`,
    [...note === undefined ? [] : [note], ...worst.reasons].join("; ")
  ]
}

/**
 * Writes a report as a table of Markdown, one line for each provocation, with the errors that were not provoked below it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const toMarkdown = ({ missing, rows }: Report): string => {
  const cases = new Map<string, Array<Row>>()
  for (const row of rows) {
    const key = JSON.stringify([row.tool, row.error, row.note])
    cases.set(key, [...cases.get(key) ?? [], row])
  }
  const hasHosts = [...cases.values()].some((rows) => rows.length > 1)
  const columns = ["tool", "error", "outcome", "calls", "steps checked", "hosts", "remarks"]
  const keep = (row: ReadonlyArray<string>): ReadonlyArray<string> => row.filter((_, i) => hasHosts || i !== 5)
  const lines = table(keep(columns), [...cases.values()].map((rows) => keep(joined(rows))))
  return missing.length === 0 ? lines : `${lines}\n\nNot provoked: ${missing.join(", ")}.`
}
