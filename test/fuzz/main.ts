/**
 * Sends the example servers more than the tests do: `pnpm fuzz [stdio|http] [options]`.
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `--count` | 100,000 lines, 20,000 requests | how many in all, shared among the servers |
 * | `--seed` | 1 | the same seed sends the same |
 * | `--server` | all | one server only |
 *
 * Without a kind both are run. It prints a line for each server and exits with 1 if one died, fell silent, or wrote what it
 * may not.
 */
import { parseArgs } from "node:util"
import * as Http from "./http.ts"
import * as Stdio from "./stdio.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string" }, seed: { type: "string", default: "1" }, server: { type: "string" } }
})
const kinds = positionals.length === 0 ? ["stdio", "http"] : positionals
const seed = Number(values.seed)

const runs = kinds.flatMap((kind) => {
  if (kind !== "stdio" && kind !== "http") throw new Error(`There is no ${kind}: give stdio or http`)
  const all: ReadonlyArray<string> = kind === "stdio" ? Stdio.servers : Http.servers
  const servers = all.filter((server) => values.server === undefined || values.server === server)
  const count = Math.ceil(Number(values.count ?? (kind === "stdio" ? 100_000 : 20_000)) / servers.length)
  return servers.map((server, i) => ({ kind, server, count, seed: seed + i }))
})
if (runs.length === 0) throw new Error(`There is no server ${values.server}`)

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
