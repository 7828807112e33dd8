/**
 * Starts so many runners on this machine, on the ports from `PORT` (34431) on, and one in the place of each that dies, until it is
 * stopped itself:
 *
 *     node packages/examples/src/durable/main-cluster.ts postgres://postgres@127.0.0.1/postgres 3
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const [ENGINE, count = "3"] = process.argv.slice(2)
if (ENGINE === undefined) {
  console.error("Give the URL of a Postgres database, and how many runners to start.")
  process.exit(78)
}

const entry = fileURLToPath(new URL("./main-runner.ts", import.meta.url))
const stops: Array<() => void> = []
const { PORT = "34431" } = process.env
let isStopping = false

const start = (port: number): void => {
  const runner = spawn(process.execPath, [entry], {
    env: { ...process.env, ENGINE, PORT: `${port}` },
    stdio: "inherit"
  })
  console.log(`runner ${runner.pid} on port ${port}`)
  stops.push(() => runner.kill("SIGTERM"))
  runner.once("exit", () => {
    if (!isStopping) setTimeout(() => start(port), 1_000)
  })
}

for (let i = 0; i < Number(count); i++) start(Number(PORT) + i)
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    isStopping = true
    for (const stop of stops) stop()
  })
}
