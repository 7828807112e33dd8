import * as Tool from "@errata/core/Tool"
import { type AnyServer, serve } from "@errata/mcp-adapter/stdio"
import { Server } from "@modelcontextprotocol/sdk/server/index.js"
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "tstyche"

class Db extends Context.Service<Db, { readonly name: string }>()("Db") {}
class Mail extends Context.Service<Mail, { readonly name: string }>()("Mail") {}

declare const db: Layer.Layer<Db, Error>
declare const both: Layer.Layer<Db | Mail>

const tool = Tool.make("find", { description: "d", output: Schema.String })
const free = Tool.handle(tool, () => Effect.succeed(""))
const needsDb = Tool.handle(tool, () => Effect.map(Db, (db) => db.name))
const needsMail = Tool.handle(tool, () => Effect.map(Mail, (mail) => mail.name))
const keyed = Tool.handle(
  Tool.make("charge", { description: "d", input: { key: Schema.String }, safety: "keyed", keyed: { field: "key" } }),
  () => Effect.void
)
const about = { name: "x", version: "1" }

describe("serve", () => {
  it("takes tools and what brings their services", () => {
    expect(serve).type.toBeCallableWith({ ...about, tools: [free] })
    expect(serve).type.toBeCallableWith({ ...about, tools: [needsDb, free], layer: db })
    expect(serve).type.toBeCallableWith({ ...about, tools: [needsDb, needsMail], layer: both })
    expect(serve).type.toBeCallableWith({ ...about, tools: [needsDb], runtime: both })
    expect(serve).type.toBeCallableWith(async () => ({ ...about, tools: [needsDb], layer: db }), { name: "x" })
  })

  it("takes tools with keys and no store", () => {
    expect(serve).type.toBeCallableWith({ ...about, tools: [keyed] })
  })

  it("refuses tools whose services are missing", () => {
    expect(serve).type.not.toBeCallableWith({ ...about, tools: [needsDb] })
    expect(serve).type.not.toBeCallableWith({ ...about, tools: [needsDb, needsMail], layer: db })
    expect(serve).type.not.toBeCallableWith({ ...about, tools: [needsDb], layer: both, runtime: both })
    expect(serve).type.not.toBeCallableWith({ name: "x", tools: [free] })
  })

  it("takes servers of both SDKs", () => {
    expect<McpServer>().type.toBeAssignableTo<AnyServer>()
    expect<McpServer2>().type.toBeAssignableTo<AnyServer>()
    expect(serve).type.toBeCallableWith(new Server({ name: "x", version: "1" }), { drain: "5 seconds" })
    expect(serve).type.toBeCallableWith(() => new McpServer2({ name: "x", version: "1" }))
  })
})
