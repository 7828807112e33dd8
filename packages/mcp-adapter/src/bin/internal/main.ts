import type { Readable } from "node:stream"
import { parseArgs } from "node:util"
import { printable } from "../../serve/internal/printable.ts"
import { declarationOf, defectsText, makeGroups } from "./defects.ts"
import { type Entry, entryOf, text } from "./entry.ts"
import { readLog, Unreadable, withRotated } from "./files.ts"
import { effectsIn } from "./ledger.ts"
import type { OnLine } from "./lines.ts"
import { storyOf } from "./story.ts"

/** Says where a command reads and writes. */
export interface Surroundings {
  readonly stdin: Readable
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** The exit codes, which scripts may rely on. */
export const exitCodes = {
  /** The reference was found, or there was nothing to find. */
  ok: 0,
  /** No line holds the reference. */
  notFound: 1,
  /** The command line is wrong. */
  usage: 64,
  /** A log or ledger cannot be read. */
  unreadable: 66
} as const

const help = `errata reads the log of a server made with Errata.

  errata lookup <reference> <log>...   tells the story of a call: arguments, attempts, cause, effects
  errata defects <log>...              groups failures that no tool declares, and says how to declare them

A log is a file or - for stdin, plain or gzipped. What was rotated away from a file (server.log.1, server.log.2.gz) is read too.

Options:
  --ledger <file>   lookup: reads the effects of the call from the SQLite file of the store
  --only            reads the given files alone, not what was rotated away from them
  --json            writes JSON
  --help            shows this

Exit codes: 0 found, 1 the reference is in no line, 64 the command line is wrong, 66 something cannot be read.
`

const options = {
  ledger: { type: "string" },
  only: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" }
} as const

/** Runs the command, and returns its exit code. Never throws for what it is given. */
export const main = async (args: ReadonlyArray<string>, around: Surroundings): Promise<number> => {
  let parsed
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (failure) {
    return wrong(around, failure instanceof Error ? failure.message : "The command line is wrong")
  }
  const { positionals: [command, ...rest], values } = parsed
  if (values.help === true) {
    around.out(help)
    return exitCodes.ok
  }
  const given = { isOnly: values.only === true, isJson: values.json === true, ledger: values.ledger }
  if (command === "lookup") return lookup(rest, given, around)
  if (command === "defects") return defects(rest, given, around)
  return wrong(around, command === undefined ? "Which command?" : `There is no command ${printable(command, 40)}`)
}

interface Given {
  readonly isOnly: boolean
  readonly isJson: boolean
  readonly ledger: string | undefined
}

const wrong = ({ err }: Surroundings, sentence: string): number => {
  err(`${sentence}\n\n${help}`)
  return exitCodes.usage
}

/** Bounds how many lines of one call are kept. */
const mostLines = 10_000

const lookup = async (args: ReadonlyArray<string>, given: Given, around: Surroundings): Promise<number> => {
  const [asked = "", ...logs] = args
  const id = /^(?:reference:\s*)?([0-9a-f]{8})\.?$/i.exec(asked.trim())?.[1]?.toLowerCase()
  if (id === undefined) return wrong(around, "A reference has 8 hexadecimal characters, such as 5f3c9a1e")
  if (logs.length === 0) return wrong(around, "Which log? Give a file, or - for stdin")
  const found: Array<Entry> = []
  const needle = Buffer.from(id)
  const isWhole = await readAll(logs, given, around, (line) => {
    if (found.length >= mostLines || !line.includes(needle)) return
    const entry = entryOf(line)
    if (entry !== undefined && concerns(entry, id)) found.push(entry)
  })
  const effects = given.ledger === undefined ? undefined : await ledgerOf(given.ledger, id, around)
  const isRead = isWhole && (given.ledger === undefined || effects !== undefined)
  const hasFound = found.length > 0 || (effects ?? []).length > 0
  if (given.isJson) around.out(`${JSON.stringify({ reference_id: id, lines: found, ...effects && { effects } })}\n`)
  else if (hasFound) around.out(`${storyOf(id, found, effects)}\n`)
  if (!hasFound) {
    around.err(`No line holds ${id}. Lines of successes may be sampled (logsSuccesses), or the log was rotated away\n`)
  }
  return !isRead ? exitCodes.unreadable : hasFound ? exitCodes.ok : exitCodes.notFound
}

/** Tests whether a line is of the call, or of one that told its outcome again. */
const concerns = (entry: Entry, id: string): boolean =>
  text(entry, "reference_id") === id || text(entry, "original_reference_id") === id

const ledgerOf = async (path: string, id: string, { err }: Surroundings) => {
  try {
    return await effectsIn(path, id)
  } catch (failure) {
    if (!(failure instanceof Unreadable)) throw failure
    err(`${printable(path)} ${failure.message}\n`)
    return undefined
  }
}

const defects = async (logs: ReadonlyArray<string>, given: Given, around: Surroundings): Promise<number> => {
  if (logs.length === 0) return wrong(around, "Which log? Give a file, or - for stdin")
  const groups = makeGroups()
  const needle = Buffer.from("internal_error")
  const isWhole = await readAll(logs, given, around, (line) => {
    const entry = line.includes(needle) ? entryOf(line) : undefined
    if (entry !== undefined) groups.add(entry)
  })
  const all = groups.all()
  around.out(
    given.isJson
      ? `${
        JSON.stringify({
          defects: all.map((group) => ({ ...group, ...declarationOf(group) })),
          left_out: groups.left()
        })
      }\n`
      : `${defectsText(all, groups.left())}\n`
  )
  return isWhole ? exitCodes.ok : exitCodes.unreadable
}

/** Reads all logs; tells of those that cannot be read, and of lines that were too long. */
const readAll = async (
  logs: ReadonlyArray<string>,
  { isOnly }: Given,
  { err, stdin }: Surroundings,
  onLine: (line: Buffer) => void
): Promise<boolean> => {
  const found = await Promise.all(
    logs.map((log) => log === "-" || isOnly ? Promise.resolve([log]) : withRotated(log))
  )
  let isWhole = true
  let long = 0
  const take: OnLine = (line, isCut) => {
    if (isCut) long++
    else onLine(line)
  }
  for (const path of new Set(found.flat())) {
    try {
      await readLog(path, stdin, take)
    } catch (failure) {
      if (!(failure instanceof Unreadable)) throw failure
      isWhole = false
      err(`${printable(path)} ${failure.message}\n`)
    }
  }
  if (long > 0) err(`${long} ${long === 1 ? "line is" : "lines are"} longer than 1 MiB, and not read\n`)
  return isWhole
}
