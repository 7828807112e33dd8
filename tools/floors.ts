/**
 * Checks the plan of the house: inside a package a folder of `src` imports only from the folders that the plan lets it see.
 *
 *     node tools/floors.ts
 */
import { globSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve, sep } from "node:path"

/** Describes what each folder may import from, besides itself. */
type Plan = Readonly<Record<string, ReadonlyArray<string>>>

const errors = ["redaction", "errors"]
const resilience = [...errors, "classify", "call", "resilience"]
const tool = [...resilience, "partial", "idempotency", "tool"]
const existing = ["fold", "call", "existing"]
const serve = [...existing, "client", "hosts", "serve"]

const plans: Readonly<Record<string, Plan>> = {
  core: {
    redaction: [],
    errors: ["redaction"],
    classify: errors,
    call: errors,
    resilience: [...errors, "classify", "call"],
    partial: resilience,
    idempotency: [...resilience, "partial"],
    tool: [...resilience, "partial", "idempotency"],
    durable: tool,
    promise: tool,
    testing: tool
  },
  "mcp-adapter": {
    fold: [],
    call: ["fold"],
    client: ["fold"],
    existing: ["fold", "call"],
    hosts: existing,
    serve: [...existing, "client", "hosts"],
    walk: serve,
    bin: [...serve, "walk"]
  }
}

const root = join(import.meta.dirname, "..")
const specifier = /(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g

const offences = Object.entries(plans).flatMap(([name, plan]) => {
  const src = join(root, "packages", name, "src")
  const floorOf = (file: string): string => relative(src, file).split(sep)[0]!
  return globSync(join(src, "*/**/*.ts")).flatMap((file) => {
    const floor = floorOf(file)
    const seen = plan[floor]
    const where = relative(root, file)
    if (seen === undefined) return [`${where}: the plan knows no folder ${floor}`]
    return [...readFileSync(file, "utf8").matchAll(specifier)].flatMap(([, path]) => {
      const target = floorOf(resolve(dirname(file), path!))
      return target === floor || seen.includes(target)
        ? []
        : [`${where}: ${floor} may not import from ${target} (${path})`]
    })
  })
})

if (offences.length > 0) {
  console.error(offences.join("\n"))
  process.exitCode = 1
}
