/**
 * Keeps a throw-away service: `node keeper.ts postgres|redis [--durable]`.
 *
 * It starts the service in a folder of its own, prints one line of JSON (its port and process), and stops it and removes
 * the folder when its own stdin ends: also when whoever started it was killed.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
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
  process.stdin.on("end", resolve).on("close", resolve).resume()
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve())
})
process.stdout.on("error", () => undefined)

const folder = mkdtempSync(join(tmpdir(), `errata-${name}-`))
try {
  const running: Running = await start(folder, { isDurable: values.durable })
  process.stdout.write(`${JSON.stringify({ port: running.port, pid: running.pid })}\n`)
  await Promise.race([ended, running.exited])
  await running.stop()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
