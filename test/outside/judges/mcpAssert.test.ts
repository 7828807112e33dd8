/** Holds the servers of the examples against a judge that nobody here wrote: it audits, fuzzes and lints them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as HttpServer from "../../conformance/HttpServer.ts"
import * as Folder from "../../wire/Folder.ts"
import * as McpAssert from "./McpAssert.ts"

const folder = Folder.make()
afterAll(() => folder.remove())

const example = (path: string): McpAssert.Server => ({
  at: `packages/examples/src/${path}`,
  env: { ERRATA_DATA: folder.path, HOME: folder.path }
})

/** `runs` of each tool: tools that sleep take their time in each. */
const judged = (server: () => McpAssert.Server, runs: number): void => {
  it("gets the full score in an audit", async () => {
    const { code, said } = await McpAssert.audit(server())
    expect(said.results.filter(({ status }) => status !== "healthy")).toEqual([])
    expect(said.results.length).toBe(said.tool_count)
    expect([said.score, code]).toEqual([100, 0])
  })

  it("survives what no schema expects", async () => {
    const { code, said } = await McpAssert.fuzz(server(), runs, 20261126)
    expect(said.tools.filter(({ passed, runs }) => passed < runs)).toEqual([])
    expect(said.summary).toMatchObject({ total_failures: 0, crashes: 0, timeouts: 0, protocol_errors: 0 })
    expect(said.summary.total_runs).toBe(runs * said.tools.length)
    expect([said.tools.length > 0, code]).toEqual([true, 0])
  })
}

/** The key of a call is any text that its caller makes up; nothing flows from one tool to the other. */
const byDesign = ["E105"]

describe.each([
  ["documents", "documents/main.ts"],
  ["weather", "weather/main.ts"],
  ["files", "files/main.ts"],
  ["the starter", "starter/src/server.ts"],
  ["the desk of a story", "partial-batch/server.ts"]
])("%s, over stdio", (_, path) => {
  judged(() => example(path), 50)

  it("lists its tools without a mistake", async () => {
    const { said } = await McpAssert.lint(example(path))
    const mistakes = (said.findings ?? []).filter(({ code, severity }) =>
      severity === "error" && !byDesign.includes(code)
    )
    expect(mistakes).toEqual([])
  })
})

describe.each(["sdk", "server"] as const)("the fixtures of the conformance suite, from main-%s.ts", (name) => {
  let server: HttpServer.HttpServer
  beforeAll(async () => {
    server = await HttpServer.start(name)
  })
  afterAll(() => server.stop())
  judged(() => ({ at: server.url }), 15)
})

it("is a judge that condemns", async () => {
  const { code, said } = await McpAssert.fuzz({ at: "test/outside/judges/fragile.ts" }, 50, 20261126)
  expect(said.summary.total_failures).toBeGreaterThan(0)
  expect(code).not.toBe(0)
})
