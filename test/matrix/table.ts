/** Writes the tables of the guide from what was observed. */
import type { Observed } from "./observe.ts"
import type { Kind, Profile } from "./tools.ts"

/** What one client received from one server. */
export interface Pair {
  readonly client: string
  readonly server: string
  /** `undefined` if they have no protocol in common. */
  readonly protocol: string | undefined
  readonly cells: ReadonlyArray<Cell>
}

export interface Cell {
  readonly profile: Profile
  readonly kind: Kind
  /** Before the client listed the tools, and after. */
  readonly before: Observed
  readonly after: Observed
}

const row = (...cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const rule = (columns: number): string => `|${"---|".repeat(columns)}`

/** Which protocol each client speaks with each server. */
export const protocols = (pairs: ReadonlyArray<Pair>): string => {
  const servers = [...new Set(pairs.map(({ server }) => server))]
  const clients = [...new Set(pairs.map(({ client }) => client))]
  return [
    row("client", ...servers),
    rule(servers.length + 1),
    ...clients.map((client) =>
      row(
        client,
        ...servers.map((server) =>
          pairs.find((pair) => pair.client === client && pair.server === server)?.protocol ?? "no connection"
        )
      )
    )
  ].join("\n")
}

interface Row {
  readonly answer: string
  readonly declared: ReadonlyArray<string>
  readonly profiles: ReadonlyArray<string>
  readonly words: ReadonlyArray<string>
}

const columns = ["isError", "text", "structured", "meta", "decoded"] as const

/** What a cell says, a word for each column. */
const wordsOf = ({ after, before }: Cell): ReadonlyArray<string> =>
  columns.map((column) =>
    before[column] === after[column] ? after[column] : `${before[column]}; after listing ${after[column]}`
  )

/** Everybody who received the same shares a row; the others have one of their own. */
const rowsOf = (pairs: ReadonlyArray<Pair>): ReadonlyArray<Row> =>
  pairs[0]!.cells.flatMap(({ kind, profile }, i) => {
    const same = Map.groupBy(pairs, ({ cells }) => JSON.stringify(wordsOf(cells[i]!)))
    return [...same.values()].map((group) => ({
      answer: kind.title,
      declared: [kind.tool === "mark" ? "no" : "yes"],
      profiles: [profile],
      words: [
        ...wordsOf(group[0]!.cells[i]!),
        group.length === pairs.length ? "all" : group.map(({ client, server }) => `${client} of ${server}`).join(", ")
      ]
    }))
  })

/** Joins the rows that differ in one list alone. */
const joined = (rows: ReadonlyArray<Row>, by: "declared" | "profiles"): ReadonlyArray<Row> =>
  [...Map.groupBy(rows, (row) => JSON.stringify({ ...row, [by]: [] })).values()]
    .map((same) => ({ ...same[0]!, [by]: same.flatMap((row) => row[by]) }))

/** What is received of each answer. */
export const received = (pairs: ReadonlyArray<Pair>): string => {
  const rows = joined(joined(rowsOf(pairs.filter(({ protocol }) => protocol !== undefined)), "declared"), "profiles")
  const answers = [...new Set(rows.map(({ answer }) => answer))]
  return [
    row(
      "answer",
      "output declared",
      "profile",
      "`isError`",
      "text",
      "`structuredContent`",
      "`_meta`",
      "decoded",
      "who"
    ),
    rule(9),
    ...rows.toSorted((a, b) => answers.indexOf(a.answer) - answers.indexOf(b.answer)).map((
      { answer, declared, profiles, words }
    ) =>
      row(
        answer,
        declared.length === 2 ? "either" : declared.join(),
        profiles.length === 3 ? "any" : profiles.join(", "),
        ...words
      )
    )
  ].join("\n")
}
