/**
 * Every error of every tool of the example servers, through the wire and as every host shows it; the same failures on other
 * stacks; and the document that says so.
 */
import type * as Walk from "@errata/mcp-adapter/walk"
import { readFileSync } from "node:fs"
import { beforeAll, describe, expect, it } from "vitest"
import { file, isKnown, servers, walkServer, write } from "./document.ts"
import { hosts } from "./servers/stage.ts"
import { compare, type Compared } from "./stacks/cases.ts"
import { stackNames } from "./stacks/stacks.ts"

const names = Object.keys(servers)
const reports = new Map<string, Walk.Report>()
let compared: ReadonlyArray<Compared> = []

beforeAll(async () => {
  await Promise.all([
    ...names.map(async (name) => reports.set(name, await walkServer(name))),
    compare().then((found) => (compared = found))
  ])
}, 240_000)

const said = (row: Walk.Row): string =>
  `${row.host}, ${row.tool}, ${row.error} ${row.note ?? ""}: ${row.outcome}, ${row.reasons.join("; ")}\n${row.text}`

describe.each(names)("%s", (name) => {
  it("ends every open failure as it should, through every host, within two calls", () => {
    const { rows } = reports.get(name)!
    const open = rows.filter(({ isSilent }) => !isSilent)
    expect(open.filter((row) => !row.isFine && !isKnown(row)).map(said)).toEqual([])
    expect(open.every(({ calls }) => calls <= 2)).toBe(true)
    expect(new Set(rows.map(({ host }) => host))).toEqual(new Set(Object.keys(hosts)))
  })

  it("provokes every error that its tools declare", () => {
    expect(reports.get(name)!.missing).toEqual([])
  })

  it("tells at least four of five results with less from whole ones by their text", () => {
    const silent = reports.get(name)!.rows.filter(({ isSilent }) => isSilent)
    const told = silent.filter(({ isFine }) => isFine)
    expect(told.length, silent.filter(({ isFine }) => !isFine).map(said).join("\n")).toBeGreaterThanOrEqual(
      silent.length * 0.8
    )
  })
})

it("recovers more than other stacks from the same failures, and repeats nothing that may not be repeated", () => {
  const count = (stack: string, test: (row: Walk.Row) => boolean): number =>
    compared.filter((one) => one.stack === stack && test(one.row)).length
  const [ours, ...others] = stackNames
  expect(compared.filter(({ row, stack }) => stack === ours && !row.isFine).map(({ row }) => said(row))).toEqual([])
  expect(count(ours!, ({ outcome }) => outcome === "unsafe")).toBe(0)
  for (const other of others) {
    expect(count(other, ({ isFine }) => isFine)).toBeLessThan(count(ours!, ({ isFine }) => isFine))
    expect(count(other, ({ outcome }) => outcome === "not provoked")).toBe(0)
  }
})

it("is what docs/recovery.md says (if a change is meant: pnpm recovery)", () => {
  expect(write(names.map((name) => [name, reports.get(name)!] as const), compared)).toBe(readFileSync(file, "utf8"))
})
