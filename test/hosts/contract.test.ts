/** One contract for every host: the same tool gives the same result, whoever serves it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Connection, hosts, type Result } from "./hosts.ts"
import { calls, tools } from "./tools.ts"

const options = { logsCalls: false, metaPrefix: "errata/" } as const

/** A result without what differs from call to call, and without what a host adds of its own. */
const comparable = (result: Result): Result => {
  const text = JSON.stringify(result).replaceAll(/[0-9a-f]{8}(?=")|(?<=Reference: )[0-9a-f]{8}/g, "<reference>")
  const { _meta, isError, resultType: _resultType, ...rest } = JSON.parse(text) as Result
  const meta = Object.entries(_meta ?? {}).filter(([key]) => key.startsWith("errata/"))
  return {
    ...rest,
    ...isError === true ? { isError } : {},
    ...meta.length === 0 ? {} : { _meta: Object.fromEntries(meta) }
  }
}

const [[, connectReference], ...others] = hosts as [(typeof hosts)[number], ...typeof hosts]
let reference: Connection

beforeAll(async () => {
  reference = await connectReference(tools, options)
  await reference.list()
})
afterAll(() => reference.close())

describe.each(others)("%s", (_, connect) => {
  let connection: Connection

  beforeAll(async () => {
    connection = await connect(tools, options)
    await connection.list()
  })
  afterAll(() => connection.close())

  it.each(calls)("answers as SDK 1.x does: %s", async (_, tool, args) => {
    expect(comparable(await connection.call(tool, args))).toEqual(comparable(await reference.call(tool, args)))
  })

  it("lists the same input schemas", async () => {
    const inputs = async (connection: Connection) =>
      Object.fromEntries((await connection.list()).map((tool) => [tool.name, tool["inputSchema"]]))
    expect(await inputs(connection)).toEqual(await inputs(reference))
  })
})

describe.each(hosts)("%s", (_, connect) => {
  it("lets nothing of a defect out", async () => {
    const connection = await connect(tools, options)
    for (const outcome of ["defect", "throw", "interrupt"]) {
      const result = await connection.call("probe", { outcome })
      expect(JSON.stringify(result)).not.toMatch(/hunter2|postgres|password|Error:(?! internal_error)/)
      expect(result["isError"]).toBe(true)
    }
    await connection.close()
  })
})
