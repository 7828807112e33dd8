/** A replica is right when it makes of every recorded result what the host's model was seen to read. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { measured, read, type Result } from "./replicas.ts"

type Row = readonly [
  host: string,
  profile: string,
  tool: string,
  args: { readonly [key: string]: unknown },
  result: number,
  reads: number
]

/**
 * Recorded with a fake model behind each host, 2026-11-26. References are made equal and the time that a call took is zero;
 * calls that a host refused by itself, which no result answered, are left out.
 */
const { reads, results, rows } = JSON.parse(
  readFileSync(new URL("vectors.json", import.meta.url), "utf8")
) as {
  readonly results: ReadonlyArray<Result>
  readonly reads: ReadonlyArray<unknown>
  readonly rows: ReadonlyArray<Row>
}

/** What the output schemas of the recorded tools require. */
const requires: { readonly [tool: string]: ReadonlyArray<string> } = {
  ok: ["id", "name"],
  miss_out: ["id", "name"],
  busy: ["id", "name"]
}

describe.each(Object.entries(measured))("%s", (host, replica) => {
  const recorded = rows.filter((row) => row[0] === host)

  it("was recorded", () => {
    expect(recorded.length).toBeGreaterThanOrEqual(10)
  })

  it.each(recorded)("%s, %s: %s %o", (_, profile, tool, args, result, seen) => {
    const call = { tool, arguments: args, result: results[result]!, requires: requires[tool] }
    expect(replica(call), profile).toEqual(reads[seen])
  })
})

it("has a replica for each host that was run", () => {
  expect([...new Set(rows.map(([host]) => host))].toSorted()).toEqual(Object.keys(measured).toSorted())
})

describe("hosts that were read", () => {
  const failed = results.find(({ isError, structuredContent }) => isError === true && structuredContent !== undefined)!
  const call = { tool: "batch", arguments: {}, result: failed }

  it("show the first block of an error alone (Claude Code)", () => {
    const result = { ...failed, content: [...failed.content, { type: "text", text: "second" }] }
    expect(read["Claude Code"]!({ ...call, result })).toBe(failed.content[0]!.text)
  })

  it("show structured content alone where there is some (VS Code)", () => {
    expect(read["VS Code"]!(call)).toBe(JSON.stringify(failed.structuredContent))
    const { structuredContent: _, ...bare } = failed
    expect(read["VS Code"]!({ ...call, result: bare })).toBe(failed.content[0]!.text)
  })
})
