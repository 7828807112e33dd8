/**
 * Keeps a throw-away service: `node keeper.ts postgres|redis [--durable]`.
 *
 * It starts the service in a folder of its own, prints one line of JSON (its port and process), and stops it and removes
 * the folder when its own stdin ends: also when whoever started it was killed. A line "stop" stops it at once, as a crash does,
 * "start" starts it again on what it had written down; each is answered by a line.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import type { Running } from "./internal/binaries.ts"
import { startPostgres } from "./internal/postgres.ts"
import { startRedis } from "./internal/redis.ts"

const { positionals: [name], values } = parseArgs({
  allowPositionals: true,
  options: { durable: { type: "boolean", default: false } }
})
const starters = { postgres: startPostgres, redis: startRedis }
const start = starters[name as keyof typeof starters]
if (start === undefined) throw new Error(`No service "${name}". There are: ${Object.keys(starters).join(", ")}`)

const ended = new Promise<void>((resolve) => {
  process.stdin.on("end", resolve).on("close", resolve)
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve())
})
process.stdout.on("error", () => undefined)

const print = ({ pid, port }: Running): void => void process.stdout.write(`${JSON.stringify({ port, pid })}\n`)

const folder = mkdtempSync(join(tmpdir(), `errata-${name}-`))
try {
  let running: Running = await start(folder, { isDurable: values.durable })
  let isMeant = false
  const over = new Promise<void>((resolve) => {
    const watch = (watched: Running) => void watched.exited.then(() => isMeant || resolve())
    watch(running)
    createInterface(process.stdin).on("line", (line) => {
      isMeant = true
      void (line === "stop" ? running.stop() : running.again!().then((next) => running = next)).then(() => {
        isMeant = line === "stop"
        if (!isMeant) watch(running)
        print(running)
      })
    })
  })
  print(running)
  await Promise.race([ended, over])
  await running.stop()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
