import { expect, it } from "vitest"
import { startVitest } from "vitest/node"

it("runs what is marked, and fails what is wrong", async () => {
  const root = `${import.meta.dirname}/fixtures/doc-examples`
  const vitest = await startVitest("test", [], { root, watch: false, reporters: [{}] })
  const results = vitest.state.getTestModules().flatMap((file) => [...file.children.allTests()]).map(
    (test) => [test.name, test.result().errors?.[0]?.message ?? test.result().state]
  )
  await vitest.close()
  expect(Object.fromEntries(results)).toEqual({
    "Doubles.ts:4": "passed",
    "Doubles.ts:16": "expected 2 to deeply equal 3",
    "Doubles.ts:24": "expected 'a' to deeply equal 'b'",
    "Doubles.ts:35": expect.stringContaining("Doubles.ts:36: no statement ends before \"// => 3\""),
    "guide.md:3": "passed",
    "guide.md:7": "this example does not run"
  })
}, 30_000)
