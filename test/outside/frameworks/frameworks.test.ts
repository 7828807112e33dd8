/**
 * Replicas say what hosts make of a reply; here real hosts are asked, with a fake model behind each: what it reads is what the
 * replica says, and holds what a model needs.
 */
import type * as Handler from "@errata/mcp-adapter/Handler"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { replicas } from "../../matrix/replicas.ts"
import { call, kinds, listItems, profiles } from "../../matrix/replies.ts"
import { type Server, servers } from "../../matrix/servers.ts"
import * as Folder from "../../wire/Folder.ts"
import * as FakeModel from "../model/FakeModel.ts"
import { type Agent, type Host, hosts } from "./hosts.ts"

let model: FakeModel.FakeModel
beforeAll(async () => {
  model = await FakeModel.start()
})
afterAll(() => model.close())

/** Every call has a reference of its own. */
const withoutReferences = (read: unknown): unknown =>
  JSON.parse(
    JSON.stringify(read).replace(/(Reference: |reference_id[\\": ]+)[0-9a-f]{8}/g, "$1........")
  ) as unknown

const asText = (read: unknown): string => typeof read === "string" ? read : JSON.stringify(read)

/** What is left of a text when hosts have escaped it once more. */
const bare = (text: string): string => text.replace(/[\\"]/g, "")

/** Hosts that hold arguments against the listed schema, and do not pass on what does not fit. */
const refusesItself: { readonly [name: string]: RegExp } = {
  "LangChain JS": /^Error invoking tool 'invalid' with .* Received tool input did not match expected schema/s
}

const tools = [listItems, ...new Set(Object.values(kinds).map(({ handled }) => handled))]

const asked = async (agent: Agent, order: FakeModel.Order): Promise<unknown> => {
  const { prompt, reads } = model.order(order)
  await agent.ask(prompt)
  return reads()
}

describe.each(Object.entries(hosts))("%s", (name, connect: Host) => {
  describe.each(Object.entries(profiles))("over HTTP, in the profile %s", (_, options: Handler.Options) => {
    let server: Server
    let agent: Agent
    beforeAll(async () => {
      server = await servers["SDK 1.x"]([[tools, { logsCalls: false, ...options }]])
      agent = await connect(server, `${model.url}/v1`)
    })
    afterAll(async () => {
      await agent.close()
      await server.close()
    })

    it.each(Object.entries(kinds))("lets its model read %s as its replica says", async (_, kind) => {
      const order = { tool: kind.handled.tool.name, arguments: kind.args }
      const reads = await asked(agent, order)
      const refusal = kind === kinds["invalid arguments"] ? refusesItself[name] : undefined
      if (refusal !== undefined) return expect(reads).toMatch(refusal)
      const told = replicas[name]!(await call(kind, options))
      expect(withoutReferences(reads)).toEqual(withoutReferences(told))
      expect(kind.facts.filter((fact) => !bare(asText(reads)).includes(bare(fact)))).toEqual([])
    })
  })

  it("lets its model read what the documents say, over stdio", async () => {
    const folder = Folder.make()
    const script = fileURLToPath(import.meta.resolve("@errata/examples/documents/main"))
    const agent = await connect({ script, env: { ERRATA_DATA: folder.path } }, `${model.url}/v1`)
    try {
      const reads = asText(
        await asked(agent, {
          tool: "convert_document",
          arguments: { document_id: "data/order.csv", target_format: "html" }
        })
      )
      const text = [
        "Document data/order.csv not found.",
        "Error: not_found (permanent). Do not retry with the same arguments.",
        "Did you mean: ",
        "data/orders.csv",
        "Next steps:",
        "Reference: "
      ]
      expect(text.filter((part) => !reads.includes(part))).toEqual([])
    } finally {
      await agent.close()
      folder.remove()
    }
  })
})
