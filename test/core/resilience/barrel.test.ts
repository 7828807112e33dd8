/** What effect calls experimental is reached through one file each, and not from the main barrel. */
import { describe, expect, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const source = (module: string) => fileURLToPath(import.meta.resolve(`@errata/core/${module}`))

const imports = (file: string): ReadonlyArray<string> =>
  [...readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^"]*? from "([^"]+)"/gm)].map(([, from]) =>
    from!
  )

/** All that a file of ours loads when it is loaded. */
const loaded = (file: string, found: Set<string> = new Set()): ReadonlySet<string> => {
  for (const from of imports(file)) {
    const id = from.startsWith(".") ? fileURLToPath(new URL(from, `file://${file}`)) : from
    if (found.has(id)) continue
    found.add(id)
    if (from.startsWith(".")) loaded(id, found)
  }
  return found
}

const barrel = fileURLToPath(import.meta.resolve("@errata/core"))

describe("the main barrel", () => {
  it("loads policies, and neither breakers nor limiters", () => {
    const found = [...loaded(barrel)]
    expect(found).toContain(source("Policy"))
    expect(found.filter((id) => id.startsWith("effect/persistence") || id === "effect/ExecutionPlan")).toEqual([])
    for (const module of ["CircuitBreaker", "RateLimiter", "Fallback"]) expect(found).not.toContain(source(module))
  })

  it.each([["CircuitBreaker", "effect/persistence/CircuitBreaker"], ["RateLimiter", "effect/persistence/RateLimiter"]])(
    "leaves %s to its own path",
    (module, experimental) => {
      expect([...loaded(source(module))]).toContain(experimental)
    }
  )

  it("is not needed by a policy", () => {
    expect([...loaded(source("Policy"))].filter((id) => id.startsWith("effect/")).length).toBeLessThan(20)
  })
})
