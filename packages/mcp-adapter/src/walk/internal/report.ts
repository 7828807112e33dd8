import type * as Tool from "@errata/core/Tool"
import { isObject } from "./json.ts"
import type { Listed, Provocations, Report, Row } from "./model.ts"

/** Names a tool with the errors that it declares. */
export interface Declared {
  readonly name: string
  readonly errors: ReadonlyArray<string>
}

/** Returns what definitions declare. */
export const declaredBy = (definitions: ReadonlyArray<Tool.Any>): ReadonlyArray<Declared> =>
  definitions.map(({ errors, name }) => ({ name, errors: errors.map(({ identifier }) => identifier) }))

/** Returns what a listing says of errors, whatever the prefix of its keys. */
export const publishedIn = (listed: ReadonlyArray<Listed>): ReadonlyArray<Declared> =>
  listed.map(({ _meta = {}, name }) => {
    const published = Object.entries(_meta).find(([key]) => key.endsWith("/errors"))?.[1]
    const errors = Array.isArray(published) ? published.filter(isObject).map(({ error }) => error) : []
    return { name, errors: errors.filter((error) => typeof error === "string") }
  })

/** Returns the declared errors that nothing provokes, as `tool: Error`. */
export const missingIn = (
  declared: ReadonlyArray<Declared>,
  provoke: Provocations,
  except: ReadonlyArray<string>
): ReadonlyArray<string> =>
  declared.flatMap(({ errors, name }) => {
    const provoked = Object.hasOwn(provoke, name) ? provoke[name]! : {}
    return errors
      .filter((error) =>
        !Object.hasOwn(provoked, error) && !except.includes(error) && !except.includes(`${name}: ${error}`)
      )
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
