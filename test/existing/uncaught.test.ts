/** What no call waits for: a handler's floating rejection is logged without secrets, and costs no other call. */
import { execFile } from "node:child_process"
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const run = promisify(execFile)
let folder = ""

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "errata-float-"))
  await mkdir(join(folder, "node_modules"))
  await symlink(join(import.meta.dirname, "../node_modules/@errata"), join(folder, "node_modules/@errata"))
  await writeFile(
    join(folder, "server.mjs"),
    `import { logUncaught, wrapHandler } from "@errata/mcp-adapter/wrap"
const [event] = process.argv.slice(2)
if (event !== undefined) process.on(event, logUncaught())
const handler = wrapHandler(async () => {
  void Promise.reject(new Error("no connection to postgres://ada:hunter2hunter2@db/shop"))
  setTimeout(() => { throw "pass" + "word=hunter2hunter2" }, 1)
  return { content: [{ type: "text", text: "ordered" }] }
}, { logsCalls: false })
const answer = async () => console.log((await handler()).content[0].text)
await answer()
setTimeout(() => void answer().then(() => setTimeout(() => process.exit(0), 50)), 50)
`
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const server = (...args: ReadonlyArray<string>) =>
  run(process.execPath, [join(folder, "server.mjs"), ...args]).then(
    ({ stderr, stdout }) => ({ code: 0, stderr, stdout }),
    (error: { readonly code: number; readonly stderr: string; readonly stdout: string }) => error
  )

const linesOf = (stderr: string): ReadonlyArray<{ readonly [name: string]: string }> =>
  stderr.split("\n").filter((line) => line.startsWith("{\"timestamp\"")).map((line) => JSON.parse(line) as never)

describe("an unhandled rejection", () => {
  it("ends a process that did not ask for anything else: a library changes nothing there", async () => {
    const { code, stdout } = await server()
    expect([code, stdout]).toEqual([1, "ordered\n"])
  })

  it("is logged with a reference, without its secret, and the next call is answered", async () => {
    const { code, stderr, stdout } = await server("uncaughtException")
    expect([code, stdout]).toEqual([0, "ordered\nordered\n"])
    expect(stderr).not.toContain("hunter2")
    const lines = linesOf(stderr)
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ["Error", "an unhandled rejection"],
      ["Error", "an uncaught error"],
      ["Error", "an unhandled rejection"],
      ["Error", "an uncaught error"]
    ])
    expect(new Set(lines.map(({ reference_id }) => /^[0-9a-f]{8}$/.exec(reference_id!)?.[0])).size).toBe(4)
    expect(lines[0]!["cause"]).toContain("no connection to postgres://[redacted]@db/shop")
  })

  it("is logged, and ends the process, where only that was asked for", async () => {
    const { code, stderr } = await server("uncaughtExceptionMonitor")
    expect(code).toBe(1)
    expect(linesOf(stderr)).toHaveLength(1)
  })
})
