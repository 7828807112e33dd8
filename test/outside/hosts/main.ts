/**
 * Asks hosts that are programs what their model reads of an error, and prints it beside what the replica says. By hand, not in
 * CI:
 *
 *     pnpm hosts [--kind "an error"] [--profile text] [program ...]
 *
 * Each host is installed by npm into a folder of its own, has a home of its own, and talks to a fake model on this machine.
 */
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js"
import { execFile, spawn } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs, promisify } from "node:util"
import { replicas, type Result } from "../../matrix/replicas.ts"
import { call, kinds, profiles } from "../../matrix/replies.ts"
import * as FakeModel from "../model/FakeModel.ts"
import { type CommandLine, commandLines } from "./commandLine.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { kind: { type: "string", default: "an error" }, profile: { type: "string", default: "text" } }
})
const kind = kinds[values.kind]
const options = profiles[values.profile as keyof typeof profiles]
if (kind === undefined || options === undefined) {
  throw new Error(`Kinds: ${Object.keys(kinds).join(", ")}. Profiles: ${Object.keys(profiles).join(", ")}.`)
}

const cache = fileURLToPath(new URL("../../../node_modules/.cache/errata/hosts", import.meta.url))
const serve = fileURLToPath(new URL("serve.ts", import.meta.url))
const asked = commandLines.filter(({ bin }) => positionals.length === 0 || positionals.includes(bin))
const longest = 120_000

/** Installs a host, and returns its version. */
const install = async (host: CommandLine, folder: string): Promise<string> => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), "{\"private\":true}")
  const npm = promisify(execFile)
  await npm("npm", ["install", "--no-audit", "--no-fund", `${host.package}@latest`], { cwd: folder, timeout: 600_000 })
  const installed = readFileSync(join(folder, "node_modules", host.package, "package.json"), "utf8")
  return (JSON.parse(installed) as { readonly version: string }).version
}

/** Runs a host once; what it printed is worth reading only where its model read nothing. */
const run = (program: string, home: string, given: ReturnType<CommandLine["run"]>): Promise<string> => {
  for (const [path, content] of Object.entries(given.files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), typeof content === "string" ? content : JSON.stringify(content, null, 2))
  }
  const PATH = [dirname(process.execPath), process.env["PATH"]].join(":")
  const env = { PATH, HOME: home, CI: "true", NO_COLOR: "1", ...given.env }
  const child = spawn(program, given.args, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] })
  const timer = setTimeout(() => child.kill("SIGKILL"), longest)
  let printed = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => printed += chunk.toString())
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(String(error)))
    child.once("close", (code, signal) => {
      clearTimeout(timer)
      resolve(`${printed.slice(-1500)}\n(ended with ${signal ?? code})`)
    })
  })
}

/** Ends what a host left running (Linux): whatever has its home, which nobody else has. */
const endLeftovers = (home: string): void => {
  for (const pid of existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : []) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")
      if (environment.includes(`HOME=${home}`)) process.kill(Number(pid))
    } catch {
      // gone meanwhile, or somebody else's
    }
  }
}

/** Every call has a reference and a duration of its own; Claude Code adds what is left of its budget. */
const comparable = (read: unknown): string =>
  JSON.stringify(read).replace(/(Reference: |reference_id[\\": ]+)[0-9a-f]{8}/g, "$1........")
    .replace(/(?:\\n)+<system-reminder>.*?<\/system-reminder>/g, "")
    .replace(/Wall time: [\d.]+ seconds/g, "Wall time: 0 seconds")

const ask = async (host: CommandLine): Promise<string> => {
  const folder = join(cache, host.bin)
  const version = await install(host, folder)
  const home = join(folder, "home")
  rmSync(home, { recursive: true, force: true })
  const model = await FakeModel.start()
  try {
    const { prompt, reads } = model.order({ tool: kind.handled.tool.name, arguments: kind.args })
    const server = [process.execPath, serve, values.profile] as const
    const printed = await run(
      join(folder, "node_modules/.bin", host.bin),
      home,
      host.run({ model: model.url, home, server, prompt: `Please do ${prompt}` })
    )
    console.log(`\n=== ${host.replica} ${version} ===`)
    const read = reads()
    if (read === undefined) {
      console.log(`Its model read nothing. It asked:\n${model.asked.join("\n")}\nIt printed:\n${printed}`)
      return "nothing read"
    }
    const called = await call(kind, options)
    const told = replicas[host.replica]!({ ...called, result: CallToolResultSchema.parse(called.result) as Result })
    console.log(`its model reads\n${JSON.stringify(read)}\nthe replica says\n${JSON.stringify(told)}`)
    return comparable(read) === comparable(told) ? "as its replica says" : "NOT as its replica says"
  } finally {
    endLeftovers(home)
    await model.close()
  }
}

const rows: Array<string> = []
for (const host of asked) {
  const verdict = await ask(host).catch((error: unknown) => `could not be run: ${String(error)}`)
  rows.push(`${host.replica.padEnd(14)} ${verdict}`)
}
console.log(`\n${values.kind}, profile ${values.profile}, ${new Date().toISOString().slice(0, 10)}\n${rows.join("\n")}`)
