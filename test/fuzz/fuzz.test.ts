/**
 * The short form of `pnpm fuzz`: 5,000 lines over stdio, 5,000 raw HTTP requests and 3,000 texts, always the same ones.
 */
import { assert, describe, it } from "vitest"
import * as Http from "./http.ts"
import * as Redaction from "./redaction.ts"
import * as Stdio from "./stdio.ts"

const generous = 240_000

describe("lines over stdio", () => {
  it.each(Stdio.servers)("do not end, silence or confuse %s", async (server) => {
    const { faults, frames, sent } = await Stdio.run({ server, count: 1_000, seed: 20_261_126 })
    assert.deepStrictEqual(faults, [])
    assert.strictEqual(sent, 1_000)
    assert.isAbove(frames, 100)
  }, generous)
})

describe("raw HTTP requests", () => {
  it.each(Http.servers)("do not end, silence or confuse the conformance server %s", async (server) => {
    const { faults, frames, sent } = await Http.run({ server, count: 2_500, seed: 20_261_126 })
    assert.deepStrictEqual(faults, [])
    assert.strictEqual(sent, 2_500)
    assert.isAbove(frames, 100)
  }, generous)
})

describe("random texts", () => {
  it("are masked alike with every quick look and with none", () => {
    const { faults, masked, tried } = Redaction.run({ count: 3_000, seed: 20_261_126 })
    assert.deepStrictEqual(faults, [])
    assert.strictEqual(tried, 3_000)
    assert.isAbove(masked, 1_000)
  }, generous)
})
