/**
 * Keeps the example servers busy, all at once, and says what grew: `pnpm soak [--seconds 600] [--seed 1]`.
 *
 * Calls, cancels, aborted requests, lines that make no sense, conversions that are killed; between rounds, when a server has
 * nothing to do, its memory, descriptors, sockets, children and workspaces are counted. Exits with 1 if one grew, fell silent,
 * ended, or left something behind.
 */
import { parseArgs } from "node:util"
import * as Gauge from "./gauge.ts"
import * as Http from "./http.ts"
import * as Serve from "./serve.ts"
import * as Stdio from "./stdio.ts"

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "600" }, seed: { type: "string", default: "1" } }
})
const options = { seconds: Number(values.seconds), seed: Number(values.seed) }

const runs = [
  ...Stdio.servers.map((server) => [`stdio ${server}`, Stdio.run({ ...options, server })] as const),
  ...Http.servers.map((server) => [`http ${server}`, Http.run({ ...options, server })] as const),
  ...Serve.servers.map((server) => [`serve ${server}`, Serve.run({ ...options, server })] as const)
]
for (const [name, run] of runs) {
  const { calls, cancels, faults, samples } = await run
  console.log(
    `${
      faults.length === 0 ? "flat " : "FAILS"
    }  ${name}: ${calls} calls, ${cancels} cancelled, ${samples.length} rests; ${
      samples.length === 0 ? "" : Gauge.told(samples)
    }`
  )
  for (const fault of faults) console.log(`       ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}
