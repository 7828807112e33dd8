/** Mistakes in the definition of a tool. */
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as Verified from "@errata/core/Verified"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as z from "zod"

class Plain extends Error {}
class Tagged extends Schema.TaggedError<Tagged>()("Tagged", { id: Schema.String }) {}

const server = new McpServer({ name: "shop", version: "1.0.0" })

const deploy = Tool.make("deploy", {
  description: "Deploys an application.",
  input: { app_name: Schema.String, count: Schema.FiniteFromString }
})

const getThing = Tool.make("get_thing", { description: "Returns a thing.", errors: [Errors.NotFound], safety: "read" })

const payment = { user_id: Schema.String, amount: Schema.Finite, idempotency_key: Schema.String }
const keyed = { description: "Charges.", input: payment, safety: "keyed", keyed: "idempotency_key" } as const

const getCharge = Tool.make("get_charge", {
  description: "Returns the last charge.",
  input: { user_id: Schema.String },
  output: { status: Schema.String },
  safety: "read"
})

// mistake: a zod schema as input | 'ZodObject< | a schema of zod will not do
Tool.make("find", { description: "Finds.", input: z.object({ id: z.string() }) })

// mistake: a record of zod schemas as input | 'ZodString' | a schema of zod, or a class, will not do
Tool.make("find", { description: "Finds.", input: { id: z.string() } })

// mistake: a zod schema as output | 'ZodObject< | a schema of zod will not do
Tool.make("find", { description: "Finds.", output: z.object({ name: z.string() }) })

// mistake: a record of zod schemas as output | 'ZodOptional< | a schema of zod, or a class, will not do
Tool.make("find", { description: "Finds.", output: { id: Schema.String, name: z.string().optional() } })

// mistake: a type's constructor as field | 'StringConstructor' | give a Schema of effect, such as Schema.String
Tool.make("find", { description: "Finds.", input: { id: String } })

// mistake: an input that is no object | Encoded | 'object'
Tool.make("find", { description: "Finds.", input: Schema.String })

// mistake: a plain class of errors | 'ErrorConstructor' | give a class of Errors, or one that extends ToolError.Transient, Permanent or Validation
Tool.make("find", { description: "Finds.", errors: [Error] })

// mistake: a class of one's own that is not classified | 'typeof Plain' | a plain class will not do
Tool.make("find", { description: "Finds.", errors: [Errors.NotFound, Plain] })

// mistake: a tagged error of effect | 'Tagged' | 'ToolError< | give a class of Errors
Tool.make("find", { description: "Finds.", errors: [Tagged] })

// mistake: an error in the place of its class | give a class of Errors
Tool.make("find", { description: "Finds.", errors: [new Errors.NotFound({ resource: "User" })] })

// mistake: a retry policy on a tool that may take effect once | only if its `safety` is
Tool.make("charge", { description: "Charges.", safety: "once", retry: RetryPolicy.quick })

// mistake: a retry policy on a tool without a safety | only if its `safety` is
Tool.make("charge", { description: "Charges.", retry: RetryPolicy.quick })

// mistake: marked effects of a tool that reads | only in a tool whose `safety` is
Tool.make("find", { description: "Finds.", safety: "read", effects: "marked" })

// mistake: a keyed tool that does not say where its key comes from | Property 'keyed' is missing
Tool.make("charge", { description: "Charges.", input: payment, safety: "keyed" })

// mistake: a key in a field that does not exist | '"idempotency_kye"' | '"idempotency_key"'
Tool.make("charge", { description: "Charges.", input: payment, safety: "keyed", keyed: "idempotency_kye" })

// mistake: a key in a field that holds no text | '"amount"' | TextFields< | amount: number
Tool.make("charge", { description: "Charges.", input: payment, safety: "keyed", keyed: "amount" })

// mistake: a rule of keys that does not exist | '"forget"' | "unknown" | "run again"
Tool.make("charge", { description: "Charges.", safety: "keyed", keyed: { auto: "1 hour", whenLost: "forget" } })

// mistake: a key of a tool that takes effect each time | only if its `safety` is
Tool.make("charge", { description: "Charges.", input: payment, keyed: "idempotency_key" })

// mistake: a tool that verifies and may change something | verify by a tool whose safety is
Tool.make("charge", {
  ...keyed,
  verify: { tool: deploy, parameters: () => ({ app_name: "a", count: "1" }), outcome: () => Verified.cannotTell }
})

// mistake: parameters that do not fit the tool that verifies | 'number' | 'string'
Tool.make("charge", {
  ...keyed,
  verify: { tool: getCharge, parameters: () => ({ user_id: 1 }), outcome: () => Verified.cannotTell }
})

// mistake: a call that did not take effect, by a check that does not fence | DidNot | TookEffect
Tool.make("charge", {
  ...keyed,
  verify: { tool: getCharge, parameters: ({ user_id }) => ({ user_id }), outcome: () => Verified.didNot }
})

// mistake: a tool that takes effect each time and verifies | only if its `safety` is
Tool.make("charge", { description: "Charges.", verify: () => Effect.succeed(Verified.cannotTell) })

// mistake: a safety that does not exist | '"safe"' | "read" | "idempotent" | "keyed" | "once"
Tool.make("find", { description: "Finds.", safety: "safe" })

// mistake: a safety that does not exist, of a server that is adopted | '"readonly"' | "read" | "idempotent" | "keyed" | "once"
adoptServer(server, { safety: "readonly" })

// mistake: no description | Property 'description' is missing
Tool.make("find", { safety: "read" })

// mistake: a step with a parameter of another type | 'number' | 'string'
Tool.step(deploy, { app_name: 1, count: "2" }, { action: "Deploy it" })

// mistake: a step without a parameter | Property 'count' is missing
Tool.step(deploy, { app_name: "shop" }, { action: "Deploy it" })

// mistake: a step with a parameter that does not exist | 'app_nmae' | 'app_name'
Tool.step(deploy, { app_name: "shop", count: "2", app_nmae: "shop" }, { action: "Deploy it" })

// mistake: a step that leaves a parameter to the model that does not exist | "count"
Tool.step(deploy, { app_name: "shop", count: "2" }, { action: "Deploy it", fill: ["cuont"] })

// mistake: a guide for an error that no tool declares | 'NotFuond' does not exist in type 'GuideOf< | 'NotFound'
Tool.guide([getThing], { NotFuond: () => [] })

// mistake: a guide that reads a field which the error does not have | 'resorce' | NotFound
Tool.guide([getThing], { NotFound: (error) => [{ action: error.resorce }] })

// mistake: a guide that returns no steps | 'string' | RecoveryStep
Tool.guide([getThing], { NotFound: () => ["List the things"] })

// mistake: a guide for a step's tool with a parameter of another type | 'number' | 'string'
Tool.guide([getThing], { NotFound: () => [Tool.step(deploy, { app_name: 1 }, { action: "Deploy", fill: ["count"] })] })
