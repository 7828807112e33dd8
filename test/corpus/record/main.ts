/**
 * Records failures of real clients: installs them in a folder of their own and provokes what they fail with, over loopback.
 *
 *     node test/corpus/record/main.ts [group ...]
 *
 * Databases are asked where they are installed: Postgres, MariaDB, Redis. A group that cannot be recorded keeps what was recorded
 * before.
 */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"
import { recordAws } from "./aws.ts"
import { recordDatabases } from "./databases.ts"
import { cleaner } from "./freeze.ts"
import { recordGrpc } from "./grpc.ts"
import { recordHttp } from "./http.ts"
import { recordLibraries } from "./libraries.ts"
import { recordNode } from "./node.ts"
import { makeRecorder, type Recorder } from "./recorder.ts"
import { type Servers, startServers } from "./servers.ts"
import { recordServices } from "./services.ts"
import { recordStores } from "./stores.ts"

const groups: Readonly<Record<string, (recorder: Recorder, servers: Servers) => Promise<void>>> = {
  node: recordNode,
  http: recordHttp,
  services: recordServices,
  aws: recordAws,
  grpc: recordGrpc,
  databases: recordDatabases,
  stores: recordStores,
  libraries: recordLibraries
}

const root = join(import.meta.dirname, "../../..")
const folder = join(root, ".errata/corpus")
mkdirSync(folder, { recursive: true })
cpSync(join(import.meta.dirname, "clients.json"), join(folder, "package.json"))
execFileSync("npx", [
  "-y",
  "pnpm@12",
  "install",
  "--ignore-workspace",
  "--ignore-scripts",
  "--no-frozen-lockfile",
  "--reporter=silent"
], { cwd: folder, stdio: "inherit" })

const wanted = process.argv.slice(2)
const servers = await startServers()
const late = (failure: unknown): void => console.error(`late: ${String(failure)}`) // clients fail after they were answered, too
process.on("uncaughtException", late).on("unhandledRejection", late)
for (const [group, record] of Object.entries(groups)) {
  if (wanted.length > 0 && !wanted.includes(group)) continue
  const { problems, recorded, recorder } = makeRecorder(folder, cleaner([folder, root, tmpdir(), homedir()]))
  try {
    await record(recorder, servers)
  } catch (failure) {
    problems.push(`${group} stopped: ${failure instanceof Error ? failure.stack : String(failure)}`)
  }
  for (const problem of problems) console.error(problem)
  const file = join(import.meta.dirname, `../recorded/${group}.json`)
  if (problems.length > 0 && existsSync(file) && recorded.length === 0) continue
  writeFileSync(file, `[\n${recorded.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`)
  console.log(`${group}: ${recorded.length}`)
}
servers.close()
process.exit(0)
