/** What is to be pasted compiles, runs, and does what the comparison says. */
import * as Errors from "@errata/core/Errors"
import { adoptServer, type Options } from "@errata/mcp-adapter/adopt"
import * as Comparison from "@errata/mcp-adapter/Comparison"
import * as Meta from "@errata/mcp-adapter/Meta"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { stripTypeScriptTypes } from "node:module"
import { compileFunction } from "node:vm"
import { expect, it } from "vitest"

class QueryFailed extends Error {}

const driver = (error: Error, more: object) => Object.assign(error, more)

/** Failures of drivers and packages, which nobody knows. */
const failures: { readonly [tool: string]: () => Error } = {
  named: () => driver(new Error("boom"), { name: "RateLimitReached", syscall: "x" }),
  classed: () => driver(new QueryFailed("boom"), { syscall: "x" }),
  coded: () => driver(new Error("boom"), { code: "XX000" }),
  counted: () => driver(new Error("boom"), { code: 4711 }),
  injected: () => driver(new Error("boom"), { name: `x"; throw 1 //`, code: `"+process.exit()+"` }),
  secret: () => driver(new Error("boom"), { code: "sk-live-4f9a8b7c6d5e4f3a2b1c" }),
  bug: () => driver(new TypeError("boom"), { code: "XX001" })
}

const expected = {
  named: "rate_limited",
  classed: "upstream_error",
  coded: "upstream_error",
  counted: "upstream_error",
  injected: "internal_error",
  secret: "internal_error",
  bug: "internal_error"
}

const seen = async () => {
  const comparison = Comparison.make()
  for (const [name, fail] of Object.entries(failures)) {
    const handler = wrapHandler(() => Promise.reject(fail()), { name, mode: "shadow", comparison })
    await handler().catch(() => undefined)
  }
  await comparison.settled()
  return comparison
}

/** Runs what is pasted, with the names that it imports. */
const optionsOf = (paste: string): Options => {
  const given: Array<Options> = []
  const body = stripTypeScriptTypes(paste.replace(/^import .*$/gm, ""))
  const run = compileFunction(body, ["adoptServer", "server", "Errors"]) as (...args: ReadonlyArray<unknown>) => void
  run((_: unknown, options: Options) => given.push(options), {}, Errors)
  return given[0]!
}

it("does what it says when it is pasted", async () => {
  const { entries, paste } = Comparison.toJson(await seen())
  expect(entries.map(({ becomes }) => becomes)).toEqual(entries.map(() => "masked"))
  expect(paste).not.toMatch(/process|throw 1|sk-live/)
  const options = { ...optionsOf(paste), logsCalls: false }
  for (const [name, fail] of Object.entries(failures)) {
    const result = await wrapHandler(() => Promise.reject(fail()), { ...options, name })()
    expect([name, Meta.problem(result._meta)?.type]).toEqual([name, expected[name as keyof typeof expected]])
  }
})

it("is one line where nothing need be said", () => {
  const { paste } = Comparison.toJson(Comparison.make())
  expect(paste).toBe(`import { adoptServer } from "@errata/mcp-adapter/adopt"\n\nadoptServer(server)`)
  expect(adoptServer.name).toBe("adoptServer")
})

it("names tools whose safety nobody declared, and declares nothing by itself", async () => {
  const comparison = Comparison.make()
  const failure = driver(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" })
  const options = { mode: "shadow", comparison } as const
  await wrapHandler(() => Promise.reject(failure), { ...options, name: "undeclared" })().catch(() => undefined)
  await wrapHandler(() => Promise.reject(failure), { ...options, name: "declared", safety: "read" })().catch(() =>
    undefined
  )
  await comparison.settled()
  const { paste } = Comparison.toJson(comparison)
  expect(paste).toContain(`    // "undeclared": { safety: "read" }, // if calling it again does no harm`)
  expect(paste).not.toContain(`"declared"`)
  expect(optionsOf(paste)).toEqual({ tools: {} })
})
