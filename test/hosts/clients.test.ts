/** What goes over the wire is taken by the official clients, which hold it against the schemas that were listed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { answer, type Call, calls } from "./cases.ts"
import { type Connection, hosts, type Result } from "./hosts.ts"
import { connect, reference } from "./servers.ts"
import { makeTools, options } from "./tools.ts"
import type { Wire } from "./Wire.ts"

/** No client sends arguments that are no object; and what is refused as a whole is told otherwise by each client. */
const taken = calls.filter(({ args, meta, name, title }) =>
  typeof args === "object" && args !== null && !Array.isArray(args) && meta === undefined && name !== "greet" &&
  !/^unknown tool|^attachments: (one|a picture)/.test(title)
)

/** Without what the revision 2026-07-28 adds to every result, and what effect's client makes of what is absent. */
const comparable = ({ _meta, content, isError, structuredContent }: Result): Result => {
  const meta = Object.entries(_meta ?? {}).filter(([key]) => key.startsWith("errata/"))
  return {
    content,
    structuredContent,
    ...isError === true ? { isError } : {},
    ...meta.length === 0 ? {} : { _meta: Object.fromEntries(meta) }
  }
}

let wire: Wire
beforeAll(async () => {
  wire = await connect(reference)
})
afterAll(() => wire.close())

describe.each(hosts)("%s", (name, open) => {
  let connection: Connection

  beforeAll(async () => {
    const tools = makeTools("whole").filter(({ tool }) => tool.name !== "greet")
    connection = await open(tools as never, options)
    await connection.list()
  })
  afterAll(() => connection.close())

  // effect's client makes bytes of pictures
  const mine = name.startsWith("effect") ? taken.filter(({ name }) => name !== "attaches") : taken

  it.each(mine)("$title", async (call: Call) => {
    const { result } = answer({ result: await connection.call(call.name, call.args as Record<string, unknown>) }) as {
      readonly result: Result
    }
    const { result: sent } = await call.run(wire) as { readonly result: Result }
    expect(comparable(result)).toEqual(comparable(sent))
  })
})
