/** What must not compile around tools of Errata: every line below such a comment is an error, or the comment is one. */
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as Client from "@errata/mcp-adapter/Client"
import { register as register1 } from "@errata/mcp-adapter/sdk"
import { register as register2 } from "@errata/mcp-adapter/server"
import { Client as Client2 } from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

// What is private to a package.
// @ts-expect-error
export type * from "@errata/mcp-adapter/internal/wrapped"
// @ts-expect-error
export type * from "@errata/core/internal/batchItem"

class Store extends Context.Service<Store, { readonly left: number }>()("consumer/Store") {}
class Mail extends Context.Service<Mail, { readonly address: string }>()("consumer/Mail") {}

const find = Tool.make("find", {
  description: "Finds a user.",
  input: Schema.Struct({ id: Schema.String }),
  output: Schema.Struct({ name: Schema.String }),
  errors: [Errors.NotFound]
})

// A handler that does not keep what its definition says.
// @ts-expect-error
Tool.handle(find, () => Effect.fail(new Errors.Conflict({ resource: "User" })))
// @ts-expect-error
Tool.handle(find, () => Effect.fail(new Error("undeclared")))
// @ts-expect-error
Tool.handle(find, () => Effect.succeed({ name: 1 }))
// @ts-expect-error
Tool.handle(find, () => Effect.succeed("Ada"))
// @ts-expect-error
Tool.handle(find, ({ id }: { readonly id: number }) => Effect.succeed({ name: String(id) }))
// @ts-expect-error
Tool.handle(find, ({ idd }) => Effect.succeed({ name: String(idd) }))
// @ts-expect-error
Tool.handle(find, () => Effect.succeed({ name: "Ada" }) as Effect.Effect<{ name: string }, any>)
// @ts-expect-error
Tool.make("once", { description: "Charges.", retry: RetryPolicy.none })
// @ts-expect-error
Tool.make("declares", { description: "Finds.", errors: [Error] })

const needsStore = Tool.handle(find, () => Effect.map(Store, (store) => ({ name: String(store.left) })))
const mail = Context.make(Mail, { address: "shop@example.org" })

const one = new McpServer1({ name: "users", version: "1.0.0" })
const two = new McpServer2({ name: "users", version: "1.0.0" })

// A service that nobody brings, or another server.
// @ts-expect-error
register1(one, [needsStore])
// @ts-expect-error
register1(one, [needsStore], undefined)
// @ts-expect-error
register1(one, [needsStore], { runtime: mail })
// @ts-expect-error
register2(two, [needsStore])
// @ts-expect-error
register2(two, [needsStore], { runtime: mail })
// @ts-expect-error
register1(two, [])
// @ts-expect-error
register2(one, [])
// @ts-expect-error
register1(one, [find])

const info = { name: "reader", version: "1.0.0" }
const client1 = Client.make(new Client1(info), [find])
const client2 = Client.make(new Client2(info), [find])

// A client that calls what the tool is not.
// @ts-expect-error
client1.find({ id: 1 })
// @ts-expect-error
client1.find({})
// @ts-expect-error
client1.fnid({ id: "1" })
// @ts-expect-error
client2.find({ id: "1", name: "Ada" })
// @ts-expect-error
Effect.map(client2.find({ id: "1" }), (user) => user.id)
// @ts-expect-error
Effect.catchTag(client1.find({ id: "1" }), "Conflict", () => Effect.succeed({ name: "Ada" }))
// @ts-expect-error
Client.make({}, [find])
