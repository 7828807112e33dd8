/**
 * A tool that is not there: every example server of ours says which one was probably meant.
 */
import { assert, describe, it } from "vitest"
import * as Folder from "./Folder.ts"
import * as StdioServer from "./StdioServer.ts"

const servers = [
  ["files", "read_fil", "read_file"],
  ["documents", "convert_documents", "convert_document"],
  ["weather", "get_wether", "get_weather"],
  ["operations", "charge_users", "charge_user"]
] as const

describe("a tool that is not there", () => {
  it.each(servers)("%s: %s is refused, and %s named", async (name, wrong, right) => {
    const home = Folder.make()
    const entry = new URL(`../../packages/examples/src/${name}/main.ts`, import.meta.url)
    const server = await StdioServer.start({ entry, env: { ERRATA_DATA: home.path } })
    try {
      const { error } = await server.request("tools/call", { name: wrong, arguments: {} })
      assert.strictEqual(error?.code, -32602)
      assert.include(error?.message, `Did you mean ${right}`)
      const nothingNear = await server.request("tools/call", { name: "qwertyuiop" })
      assert.strictEqual(nothingNear.error?.code, -32602)
      assert.notInclude(nothingNear.error?.message, "Did you mean")
    } finally {
      await server.stop()
      home.remove()
    }
  })
})
