/**
 * Tries more than the tests do: lines and requests that example servers are sent, and texts that are redacted with every quick look
 * and with none: `pnpm fuzz [stdio|http|redaction] [options]`.
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `--count` | 100,000 lines, 100,000 requests, 1,000,000 texts | how many in all, shared among the servers |
 * | `--seed` | 1 | the same seed sends the same |
 * | `--server` | all | one server only |
 *
 * Without a kind all are run. It prints a line for each server, and for the texts, and exits with 1 if a server died, fell silent, or
 * wrote what it may not, or a text was masked differently.
 */
import { parseArgs } from "node:util"
import * as Http from "./http.ts"
import * as Redaction from "./redaction.ts"
import * as Stdio from "./stdio.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string" }, seed: { type: "string", default: "1" }, server: { type: "string" } }
})
const kinds = positionals.length === 0 ? ["stdio", "http", "redaction"] : positionals
const seed = Number(values.seed)

const wrong = kinds.find((kind) => !["stdio", "http", "redaction"].includes(kind))
if (wrong !== undefined) throw new Error(`There is no ${wrong}: give stdio, http or redaction`)

const runs = kinds.flatMap((kind) => {
  if (kind !== "stdio" && kind !== "http") return []
  const all: ReadonlyArray<string> = kind === "stdio" ? Stdio.servers : Http.servers
  const servers = all.filter((server) => values.server === undefined || values.server === server)
  const count = Math.ceil(Number(values.count ?? 100_000) / servers.length)
  return servers.map((server, i) => ({ kind, server, count, seed: seed + i }))
})
if (runs.length === 0 && !kinds.includes("redaction")) throw new Error(`There is no server ${values.server}`)

for (const { count, kind, seed, server } of runs) {
  const startedAt = performance.now()
  const options = { server: server as never, count, seed }
  const { faults, frames, sent } = await (kind === "stdio" ? Stdio.run(options) : Http.run(options))
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(
    `${
      faults.length === 0 ? "lives" : "FAILS"
    }  ${kind} ${server}: ${sent} sent, ${frames} came, ${seconds} s, seed ${seed}`
  )
  for (const fault of faults) console.log(`       ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}

if (kinds.includes("redaction")) {
  const startedAt = performance.now()
  const { faults, masked, tried } = Redaction.run({ count: Number(values.count ?? 1_000_000), seed })
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(
    `${
      faults.length === 0 ? "same " : "DIFFERS"
    }  redaction: ${tried} texts, ${masked} maskings, ${seconds} s, seed ${seed}`
  )
  for (const fault of faults) console.log(`       ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}
