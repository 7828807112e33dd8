/** The short form of `pnpm soak`: 30 s, shared among the servers. */
import { assert, describe, it } from "vitest"
import * as Gauge from "./gauge.ts"
import * as Http from "./http.ts"
import * as Serve from "./serve.ts"
import * as Stdio from "./stdio.ts"

const seconds = 30 / (Stdio.servers.length + Http.servers.length)
const generous = 240_000

describe.runIf(process.platform === "linux")("after calls, cancels and faults", () => {
  it.each(Stdio.servers)("%s holds no more than before, and leaves nothing behind", async (server) => {
    const { calls, faults } = await Stdio.run({ server, seconds, seed: 20_261_126 })
    assert.deepStrictEqual(faults.filter((fault) => !fault.startsWith("memory")), []) // it still warms up
    assert.isAbove(calls, 20)
  }, generous)

  it.each(Http.servers)(
    "the conformance server %s holds no more than before, and leaves nothing behind",
    async (server) => {
      const { calls, faults } = await Http.run({ server, seconds, seed: 20_261_126 })
      assert.deepStrictEqual(faults.filter((fault) => !fault.startsWith("memory")), [])
      assert.isAbove(calls, 20)
    },
    generous
  )

  it.each(Serve.servers)(
    "the server with SDK and sessions %s answers each call once, and lets go of everything",
    async (server) => {
      const { answered, calls, faults, malformed, refused } = await Serve.run({ server, seconds: 5, seed: 20_261_127 })
      assert.deepStrictEqual(faults.filter((fault) => !fault.startsWith("memory")), [])
      assert.isAbove(calls, 20)
      assert.isAbove(malformed, 5)
      assert.isAtLeast(answered + refused, calls / 2)
    },
    generous
  )
})

describe("what a server holds", () => {
  const sample = { memory: 100, descriptors: 30, sockets: 3, children: 1, files: 0 }
  const rising = (key: keyof Gauge.Sample, by: number) =>
    Array.from({ length: 30 }, (_, i) => ({ ...sample, [key]: sample[key] + i * by }))

  it("is said to grow where it does, and only there", () => {
    assert.deepStrictEqual(Gauge.growth(rising("memory", 0.5)), [])
    for (const key of ["memory", "descriptors", "sockets", "children", "files"] as const) {
      assert.strictEqual(Gauge.growth(rising(key, 3)).length, 1)
    }
  })
})
