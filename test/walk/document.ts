/** Writes what the walks found: the text of docs/recovery.md. */
import type * as Walk from "@errata/mcp-adapter/walk"
import { fileURLToPath } from "node:url"
import * as Documents from "./servers/documents.ts"
import * as ExistingCode from "./servers/existingCode.ts"
import * as Files from "./servers/files.ts"
import * as Operations from "./servers/operations.ts"
import { hosts, type Stage, walkOver } from "./servers/stage.ts"
import * as Weather from "./servers/weather.ts"
import * as Stacks from "./stacks/cases.ts"

export const file = fileURLToPath(new URL("../../docs/recovery.md", import.meta.url))

/** The servers, in the order of the document. */
export const servers: { readonly [name: string]: () => Promise<Stage> } = {
  operations: Operations.make,
  documents: Documents.make,
  files: Files.make,
  weather: Weather.make,
  "existing code, adopted": ExistingCode.make
}

/** Walks over one server, as every host shows its replies. */
export const walkServer = async (name: string): Promise<Walk.Report> => {
  const stage = await servers[name]!()
  try {
    return await walkOver(stage, { convert: hosts })
  } finally {
    await stage.close()
  }
}

/** One host shows the first block of a result alone, and an author's JSON stays the first: our lines are not seen there. */
const known = ["Claude Code, ship_order"]

/** Tests whether a reply is lost where it is known to be. */
export const isKnown = ({ host, tool }: Walk.Row): boolean => known.includes(`${host}, ${tool}`)

/** The rows of one provocation, over all hosts. */
type Case = readonly [Walk.Row, ...Array<Walk.Row>]

const casesIn = ({ rows }: Walk.Report): ReadonlyArray<Case> => {
  const cases = new Map<string, [Walk.Row, ...Array<Walk.Row>]>()
  for (const row of rows) {
    const key = JSON.stringify([row.tool, row.error, row.note])
    const known = cases.get(key)
    if (known === undefined) cases.set(key, [row])
    else known.push(row)
  }
  return [...cases.values()]
}

/** Says how a case ended on all hosts: as it should, or not. */
const outcomeOf = (rows: Case): string => {
  const wrong = rows.find(({ isFine }) => !isFine)
  if (rows[0].isSilent) return wrong === undefined ? "told apart" : "**not told apart**"
  const fine = rows.find(({ isFine }) => isFine)
  return wrong === undefined || fine === undefined
    ? rows[0].outcome
    : `${fine.outcome}; **${wrong.outcome}** on ${wrong.host}`
}

const line = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const tableOf = (report: Walk.Report): string =>
  [
    line(["tool", "error", "outcome", "calls", "hosts"]),
    line(["---", "---", "---", "---", "---"]),
    ...casesIn(report).map((rows) => {
      const [{ error, isSilent, note, tool }] = rows
      const fine = rows.filter(({ isFine }) => isFine).length
      const calls = isSilent ? "" : String(Math.max(...rows.map(({ calls }) => calls)))
      const named = note === undefined ? error : `${error}: ${note}`
      return line([`\`${tool}\``, named, outcomeOf(rows), calls, `${fine} of ${rows.length}`])
    })
  ].join("\n")

const sumOf = (name: string, report: Walk.Report): ReadonlyArray<string> => {
  const cases = casesIn(report)
  const count = (test: (rows: Case) => boolean): string => String(cases.filter(test).length)
  const ended = (...outcomes: ReadonlyArray<Walk.Outcome>) => (rows: Case): boolean =>
    !rows[0].isSilent && rows.every(({ isFine }) => isFine) && outcomes.includes(rows[0].outcome)
  const open = cases.filter(([row]) => !row.isSilent)
  const silent = cases.filter(([row]) => row.isSilent)
  return [
    name,
    String(open.length),
    count(ended("recovered", "verified")),
    count(ended("handed over")),
    count(ended("told")),
    String(open.filter((rows) => rows.some(({ isFine }) => !isFine)).length),
    silent.length === 0
      ? "—"
      : `${silent.filter((rows) => rows.every(({ isFine }) => isFine)).length} of ${silent.length}`
  ]
}

const introduction = `# How far a reply leads

Written by \`pnpm recovery\`, and held true by a test. Nothing here is an opinion: every line is a failure that was brought about
in a running server, and a client that read the reply and did what it says.

**The walk** ([\`@errata/mcp-adapter/walk\`](reference/mcp-adapter/walk.md)) provokes each error that the tools declare, with real
faults: a locked database, a PDF that was cut off, an upstream that limits requests, a path that leads out. The client reads the
words of the reply as a host shows them to its model, and nothing else: no \`_meta\`, no code of ours, no listing. It obeys, with at
most two more calls. Message, advice and reference must be there, each step must name a listed tool with parameters that fit its
listed schema, alternatives are called. Every line was walked through the replies of ${
  Object.keys(hosts).length
} hosts, as they were measured.

| outcome | meaning |
| --- | --- |
| recovered | the call, or the step that the reply named for it, succeeded |
| verified | the call may have taken effect; the client looked, and did not repeat it |
| handed over | a person must act, and the reply says who |
| told | nothing can be done with this call, and the reply says so: the client stopped |
| told apart | the call succeeded with less than was asked for (stale, degraded, partial, cut, empty), and its text says so, while that of a whole result does not |

What cannot be provoked at will (a disk that fails, a process without handles, a file that changes while it is read) is left out
here and tested elsewhere. Where one host loses a reply: it shows the first block of a result alone, and the JSON that an author
returned stays the first, with our lines in a block behind it.
`

const comparison = `## The same failures on other stacks

The same tools with the same failures, written as the documentation of each stack says: handlers that throw, with a sentence of
the author's own where the author thought of the failure. The client is the same, and generous: it is told which results are
errors, reads zod's and effect's words on arguments, asks the user where a permission is missing, and tries again once where a
reply says nothing, as models do. The number is that of the calls that it needed. *Unsafe*: obeying, or trying again, made a second
effect out of one. Errata's column is what its user writes: classes, alternatives, a guide, \`safety\`.
`

/** Writes the document. */
export const write = (
  reports: ReadonlyArray<readonly [name: string, report: Walk.Report]>,
  compared: ReadonlyArray<Stacks.Compared>
): string =>
  [
    introduction,
    "## In short\n",
    line([
      "server",
      "open failures",
      "recovered or verified",
      "handed over",
      "told",
      "lost or unsafe",
      "silent ones told apart"
    ]),
    line(["---", "---", "---", "---", "---", "---", "---"]),
    ...reports.map(([name, report]) => line(sumOf(name, report))),
    "",
    comparison,
    Stacks.toMarkdown(compared),
    "",
    ...reports.flatMap(([name, report]) => [`## ${name[0]!.toUpperCase()}${name.slice(1)}\n`, tableOf(report), ""])
  ].join("\n")
