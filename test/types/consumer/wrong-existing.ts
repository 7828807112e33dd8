/** What must not compile around existing code: every line below such a comment is an error, or the comment is one. */
import * as Errors from "@errata/core/Errors"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { fromResult, wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2, type ServerContext } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { okAsync } from "neverthrow"
import * as z from "zod"
import * as z3 from "zod/v3"

class Store extends Context.Service<Store, { readonly left: number }>()("consumer/Store") {}
class Mail extends Context.Service<Mail, { readonly address: string }>()("consumer/Mail") {}

const one = new McpServer1({ name: "shop", version: "1.0.0" })
const two = new McpServer2({ name: "shop", version: "1.0.0" })

const shape = { id: z.string() }
const object = z.object(shape)
const shape3 = { id: z3.string() }
const standard = Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(Schema.Struct({ id: Schema.String })))

const takesNumber = async ({ id }: { readonly id: number }) => ({ content: [], structuredContent: { id } })
const takesMore = async ({ id, day }: { readonly id: string; readonly day: string }) => `${id} ${day}`
const takesContext = async (_: { readonly id: string }, context: ServerContext) => String(context.mcpReq.id)

// A handler that takes something else than the schema gives.
// @ts-expect-error
one.registerTool("shape", { inputSchema: shape }, wrapHandler(takesNumber))
// @ts-expect-error
one.registerTool("object", { inputSchema: object }, wrapHandler(takesNumber))
// @ts-expect-error
one.registerTool("zod_3", { inputSchema: shape3 }, wrapHandler(takesNumber))
// @ts-expect-error
one.registerTool("more", { inputSchema: shape }, wrapHandler(takesMore))
// @ts-expect-error
one.registerTool("alone", {}, wrapHandler(takesNumber))
// @ts-expect-error
one.registerTool("context", { inputSchema: shape }, wrapHandler(takesContext))
// @ts-expect-error
two.registerTool("object", { inputSchema: object }, wrapHandler(takesNumber))
// @ts-expect-error
two.registerTool("shape", { inputSchema: shape }, wrapHandler(takesNumber))
// @ts-expect-error
two.registerTool("standard", { inputSchema: standard }, wrapHandler(takesNumber))
// @ts-expect-error
two.registerTool("more", { inputSchema: object }, wrapHandler(takesMore))
// @ts-expect-error
two.registerTool("alone", {}, wrapHandler(takesNumber))
// @ts-expect-error
one.registerTool("result", { inputSchema: shape }, fromResult(({ id }: { id: number }) => okAsync(id)))
// @ts-expect-error
two.registerTool("result", { inputSchema: object }, fromResult(({ id }: { id: number }) => okAsync(id)))
// @ts-expect-error
one.registerTool("effect", { inputSchema: shape }, toHandler(({ id }: { id: number }) => Effect.succeed(id)))
// @ts-expect-error
two.registerTool("effect", { inputSchema: object }, toHandler(({ id }: { id: number }) => Effect.succeed(id)))
// @ts-expect-error
one.registerTool("typo", { inputSchema: shape }, wrapHandler(async ({ idd }) => String(idd)))
// @ts-expect-error
two.registerTool("typo", { inputSchema: object }, wrapHandler(async ({ idd }) => String(idd)))

// No Result.
// @ts-expect-error
fromResult(() => 1)
// @ts-expect-error
fromResult(async () => ({ name: "Ada" }))
// @ts-expect-error
fromResult(async () => undefined)
// @ts-expect-error
fromResult(() => Option.none())
// @ts-expect-error
fromResult(() => Effect.succeed(1))
// @ts-expect-error
fromResult(() => okAsync(1).then(() => 1))
// @ts-expect-error
fromResult(() => ({ ok: false }))

// An error that nobody classified.
// @ts-expect-error
toHandler(() => Effect.fail(new Error("No id")))
// @ts-expect-error
toHandler(() => Effect.fail("no id"))
// @ts-expect-error
toHandler(() => Effect.tryPromise(async () => 1))
// @ts-expect-error
toHandler((id: string) => id === "" ? Effect.fail(new Errors.NotFound({ resource: id })) : Effect.fail("no id"))
// @ts-expect-error
toHandler(() => Effect.fail({} as any))
// @ts-expect-error
toHandler(() => 1)

// A service that nobody brings.
const needsStore = () => Effect.map(Store, (store) => store.left)
const needsBoth = () => Effect.flatMap(Mail, (mail) => Effect.map(Store, (store) => ({ ...mail, ...store })))
// @ts-expect-error
toHandler(needsStore)
// @ts-expect-error
toHandler(needsStore, {})
// @ts-expect-error
toHandler(needsStore, { runtime: Context.empty() })
// @ts-expect-error
toHandler(needsStore, { runtime: Context.make(Mail, { address: "shop@example.org" }) })
// @ts-expect-error
toHandler(needsBoth, { runtime: Context.make(Store, { left: 3 }) })

// Options that do not exist.
// @ts-expect-error
wrapHandler(() => 1, { mode: "loud" })
// @ts-expect-error
wrapHandler(() => 1, { safety: "sometimes" })
// @ts-expect-error
wrapHandler(() => 1, { expose: [1] })
// @ts-expect-error
wrapHandler(() => 1, { expose: ["OutOfStock"] })
// @ts-expect-error
wrapHandler(() => 1, { classify: () => new Error("not classified") })
// @ts-expect-error
wrapHandler(() => 1, { exposes: [Error] })
// @ts-expect-error
fromResult(() => okAsync(1), { mode: "shadow" })
// @ts-expect-error
wrapHandler(1)
