import { printable, printableLines } from "../../serve/internal/printable.ts"
import { ended, type Entry, list, number, text } from "./entry.ts"
import type { LedgerEffect } from "./ledger.ts"

/** Tells a call: how it ended, its attempts, its cause, and what was logged meanwhile. */
export const storyOf = (id: string, entries: ReadonlyArray<Entry>, effects?: ReadonlyArray<LedgerEffect>): string => {
  const ends = entries.filter((entry) => text(entry, "message") === ended && text(entry, "reference_id") === id)
  const others = entries.filter((entry) => !ends.includes(entry))
  return [
    ...ends.map((entry) => endOf(id, entry)),
    ...ends.length === 0 ? [withoutEnd(id, others)] : [],
    ...others.length === 0
      ? []
      : [
        ["  Logged besides:", ...others.slice(0, most).map((entry) => otherOf(id, entry)), ...rest(others)].join("\n")
      ],
    ...effects === undefined ? [] : [ledgerOf(effects)]
  ].join("\n")
}

/** Requests that are refused, and what throws outside of calls, have references of their own. */
const withoutEnd = (id: string, entries: ReadonlyArray<Entry>): string =>
  entries.some((entry) => text(entry, "reference_id") !== id || text(entry, "tool") !== undefined)
    ? `Call ${id} has no line of its end: it may still run, or the process was killed`
    : `${id} is the reference of no call, but of what is logged here`

const most = 200

const rest = (all: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  all.length > most ? [`    and ${all.length - most} lines more`] : []

const endOf = (id: string, entry: Entry): string => {
  const said = (field: string, label: string): ReadonlyArray<string> => {
    const value = text(entry, field)
    return value === undefined ? [] : [`  ${label}: ${printable(value)}`]
  }
  const told = (field: string, label: string): ReadonlyArray<string> => {
    const values = list(entry, field)
    return values.length === 0 ? [] : [`  ${label}: ${values.map((value) => printable(plain(value))).join(", ")}`]
  }
  const category = text(entry, "category")
  const cause = text(entry, "cause")
  return [
    `Call ${id} of ${printable(text(entry, "tool") ?? "?")}: ${printable(text(entry, "outcome") ?? "?")}${
      category === undefined ? "" : ` (${printable(category)})`
    } after ${number(entry, "duration_ms") ?? "?"} ms`,
    ...said("timestamp", "Ended"),
    ...said("trace_id", "Trace"),
    ...said("arguments", "Arguments"),
    ...attemptsOf(entry),
    ...said("error", "Class"),
    ...said("fingerprint", "Fingerprint"),
    ...said("idempotency", "Key (hash)"),
    ...said("original_reference_id", "Outcome kept from call"),
    ...told("repaired", "Repaired arguments"),
    ...told("dropped", "Dropped arguments"),
    ...identicalOf(entry),
    ...told("effects", "Effects"),
    ...told("invalid_fields", "Fields that do not fit"),
    ...said("note", "Note"),
    ...cause === undefined ? [] : ["  Cause:", printableLines(cause, "    ")]
  ].join("\n")
}

const identicalOf = (entry: Entry): ReadonlyArray<string> => {
  const identical = number(entry, "identical_failures")
  return identical === undefined ? [] : [`  Identical failures of its caller: ${identical}`]
}

/** Lists the attempts: what each ended with, and the wait after it. */
const attemptsOf = (entry: Entry): ReadonlyArray<string> => {
  const retries = list(entry, "retries").filter((one): one is Entry => typeof one === "object" && one !== null)
  if (retries.length === 0) {
    const attempts = number(entry, "attempt") ?? 1
    return attempts > 1 ? [`  Attempts: ${attempts}`] : []
  }
  const failed = retries.map((one) =>
    `    ${(number(one, "attempt") ?? 0) - 1}. ${printable(text(one, "error") ?? "?")} (${
      printable(text(one, "type") ?? "?")
    }), then a wait of ${number(one, "delay_ms") ?? "?"} ms`
  )
  const last = number(retries.at(-1)!, "attempt") ?? retries.length + 1
  return ["  Attempts:", ...failed, `    ${last}. ${printable(text(entry, "outcome") ?? "?")}`]
}

const fixed = new Set(["timestamp", "level", "message", "tool", "reference_id", "trace_id", "cause"])

const otherOf = (id: string, entry: Entry): string => {
  const isOfAnother = text(entry, "reference_id") !== id
  const fields = Object.fromEntries(
    Object.entries(entry).filter(([name]) => !fixed.has(name) || (isOfAnother && name === "reference_id"))
  )
  const more = Object.keys(fields).length === 0 ? "" : ` ${printable(JSON.stringify(fields))}`
  const cause = text(entry, "cause")
  return `    ${printable(text(entry, "timestamp") ?? "")} ${printable(text(entry, "level") ?? "")} ${
    printable(text(entry, "message") ?? "")
  }${more}${cause === undefined ? "" : `\n${printableLines(cause, "      ", 20)}`}`
}

const ledgerOf = (effects: ReadonlyArray<LedgerEffect>): string =>
  effects.length === 0
    ? "  The ledger holds no effect of it"
    : [
      "  Effects in the ledger:",
      ...effects.map(({ endedAt, key, name, outcome, startedAt, target }) =>
        `    ${time(startedAt)} ${printable(name)} on ${printable(target)}: ${printable(outcome)}${
          endedAt === undefined ? "" : ` at ${time(endedAt)}`
        }${key === undefined ? "" : `, key ${printable(key)}`}`
      )
    ].join("\n")

const time = (millis: number): string => {
  const date = new Date(millis)
  return Number.isNaN(date.getTime()) ? "?" : date.toISOString()
}

const plain = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value)
