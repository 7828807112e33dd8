/**
 * Holds byte for byte what leaves of failing calls of every kind: replies and log lines. A change that is meant is recorded by
 * `vitest run test/mcp-adapter/failures.golden.test.ts -u`.
 */
import { describe, expect, it } from "@effect/vitest"
import { tellFailure } from "./support/failures.ts"

/** Bounds the record: so much of a reply, or of a line, tells one from another. */
const longest = 2_000

const shown = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}… ${text.length} characters`

const record = async (seed: number): Promise<string> => {
  const told = await tellFailure(seed)
  return [`call ${seed}`, ...told.flatMap(({ lines, reply }) => [reply, ...lines]).map(shown)].join("\n")
}

describe("what leaves of failing calls", () => {
  it("is what was recorded", async () => {
    const records: Array<string> = []
    for (let seed = 0; seed < 120; seed++) records.push(await record(seed))
    await expect(`${records.join("\n\n")}\n`).toMatchFileSnapshot("./recorded/failures.txt")
  })

  it("is the same however often it is told", async () => {
    for (let seed = 1_000; seed < 1_020; seed++) expect(await record(seed)).toBe(await record(seed))
  })
})
