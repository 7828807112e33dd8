/** The bundles for Node: what only failures need is read at the start, and compiled when the first call fails. */
import { spawnSync } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { bundleCode, bundleForNode, entriesOf } from "./pack/code.ts"

const root = join(import.meta.dirname, "..")
const made: Array<string> = []

const bundle = async (write: typeof bundleCode): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), "errata-later-"))
  made.push(dir)
  await write(await entriesOf(join(root, "packages/mcp-adapter")), dir, { isBuilt: false })
  return dir
}

/** Runs a program beside the bundle; returns what it printed as JSON, a line each. */
const run = async (dir: string, name: string, program: string): Promise<ReadonlyArray<unknown>> => {
  const file = join(dir, `${name}.mjs`)
  await writeFile(file, program)
  const { status, stderr, stdout } = spawnSync(process.execPath, [file], { cwd: dir, encoding: "utf8" })
  expect(status, stderr).toBe(0)
  return stdout.trimEnd().split("\n").map((line): unknown => JSON.parse(line))
}

const start = `const seen = []
const { getBuiltinModule } = process
process.getBuiltinModule = (name) => (seen.push(name), getBuiltinModule(name))
const { wrapHandler } = await import("./wrap.js")
const lines = []
const pay = wrapHandler(({ item }) => {
  if (item === "odd") throw new RangeError("no connection to postgres://ada:hunter2@db/shop")
  if (item === "deep") { const down = () => down(); down() }
  return { content: [{ type: "text", text: item }] }
}, { name: "pay", logsCalls: false, expose: [RangeError] })
const say = (value) => console.log(JSON.stringify(value))
const compiled = () => seen.filter((name) => name === "node:vm").length
`

const told = {
  isError: true,
  content: [{ type: "text", text: expect.stringContaining("no connection to postgres://[redacted]@[host]/shop") }]
}

describe("what only failures need", () => {
  const forNode = bundle(bundleForNode)
  const whole = bundle(bundleCode)
  afterAll(() => Promise.all(made.map((dir) => rm(dir, { recursive: true, force: true }))))

  it("is compiled by the first failure, and once", async () => {
    const program = `${start}
say(compiled())
await pay({ item: "pen" }, {})
say(compiled())
say(await pay({ item: "odd" }, {}))
await Promise.all(Array.from({ length: 20 }, () => pay({ item: "odd" }, {})))
say(compiled())`
    expect(await run(await forNode, "once", program)).toEqual([0, 0, expect.objectContaining(told), 1])
  })

  it("is there when the disk is not", async () => {
    const dir = await bundle(bundleForNode)
    const program = `${start}
import { rmSync } from "node:fs"
rmSync(${JSON.stringify(dir)}, { recursive: true })
say(await pay({ item: "odd" }, {}))`
    expect(await run(dir, "gone", program)).toEqual([expect.objectContaining(told)])
  })

  it("describes failures at once that come together before any", async () => {
    const program = `${start}
say(await Promise.all(["odd", "pen", "odd", "deep"].map((item) => pay({ item }, {}))))`
    const [answers] = await run(await forNode, "together", program)
    expect(answers).toEqual([
      expect.objectContaining(told),
      { content: [{ type: "text", text: "pen" }] },
      expect.objectContaining(told),
      expect.objectContaining({ isError: true })
    ])
  })

  it("is asked for once more where the stack was too short for it", async () => {
    const program = `${start}
const later = getBuiltinModule("node:vm")
const { compileFunction } = later
let times = 0
later.compileFunction = (...args) => {
  if (times++ === 0) throw new RangeError("Maximum call stack size exceeded")
  return compileFunction(...args)
}
const first = await pay({ item: "odd" }, {}).catch(() => "rejected")
say([first === "rejected" || first.isError, await pay({ item: "odd" }, {}), times])`
    expect(await run(await forNode, "again", program)).toEqual([[true, expect.objectContaining(told), 2]])
  })

  it("answers as the whole bundle does", async () => {
    const program = `const { classified, wrapHandler } = await import("./wrap.js")
const failures = [
  new TypeError("x is not a function"), Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }),
  Object.assign(new Error("too many"), { status: 429, headers: { "retry-after": "7" } }), "text", undefined, null, 7,
  new AggregateError([new Error("a"), new Error("b")]), Object.assign(new Error("dup"), { code: "23505" }), { isError: true }
]
const plain = (value) => JSON.stringify(value)?.replaceAll(/[0-9a-f]{8}/g, "reference")
for (const failure of failures) {
  const fail = wrapHandler(() => { throw failure }, { logsCalls: false })
  const give = wrapHandler(() => failure, { logsCalls: false })
  const said = [plain(await fail({}, {})), plain(await give({}, {})), classified(failure)?._tag ?? null]
  console.log(JSON.stringify(said))
}`
    const answers = await run(await forNode, "same", program)
    expect(answers).toHaveLength(10)
    expect(answers).toEqual(await run(await whole, "same", program))
  })
})
