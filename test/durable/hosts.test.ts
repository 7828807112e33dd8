/**
 * Holds durable tools to the wire contract: every host gives the same results, and each is a whole one.
 */
import * as DurableTool from "@errata/core/durable"
import * as Errors from "@errata/core/Errors"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import { type Connection, hosts, type Result } from "../hosts/hosts.ts"

class Declined extends ToolError.Permanent<Declined>()("Declined", {
  order_id: Schema.String,
  card: Schema.optionalKey(Schema.String)
}, {
  type: "conflict",
  message: (e) => `The card for ${e.order_id} was declined`,
  suggestion: "Ask for another card"
}) {}

const order = DurableTool.make("place_order", {
  title: "The order",
  description: "Places an order.",
  input: { order_id: Schema.NonEmptyString, what: Schema.Literals(["works", "declines", "waits", "dies", "is busy"]) },
  output: { parcel: Schema.String },
  errors: [Declined, Errors.RateLimited],
  key: "order_id",
  waitsFor: "50 millis",
  askAgainAfter: "1500 millis",
  pollTool: "check_place_order"
})

const gate = Deferred.makeUnsafe<void>()

const work = DurableTool.layer(order, ({ order_id, what }) =>
  Effect.gen(function*() {
    yield* DurableTool.activity("charge", { execute: () => Effect.void, compensate: () => Effect.void })
    const parcel = yield* DurableTool.activity("ship", {
      output: Schema.String,
      errors: [Declined, Errors.RateLimited],
      execute: () => {
        if (what === "declines") {
          return Effect.fail(
            ToolError.withGuidance(new Declined({ order_id, card: "4111 1111 1111 1111" }), { similarMatches: ["b"] })
          )
        }
        if (what === "is busy") {
          return Effect.fail(new Errors.RateLimited({ service: "The post", retry_after_seconds: 7 }))
        }
        if (what === "dies") return Effect.die(new Error("postgres://app:hunter2@db"))
        return what === "waits" ? Effect.as(Deferred.await(gate), "late") : Effect.succeed(`parcel of ${order_id}`)
      }
    })
    return { parcel }
  }))

const tools = [DurableTool.handle(order), DurableTool.pollTool(order), DurableTool.cancelTool(order)] as const

/** Gives the handlers what they need, whatever the host. */
const closed = (context: Context.Context<DurableTool.Needs<"place_order">>): ReadonlyArray<Tool.Handled> =>
  (tools as ReadonlyArray<Tool.Handled<DurableTool.Needs<"place_order">>>).map(({ handler, tool }) => (
    { tool, handler: (input) => Effect.provideContext(handler(input), context) }
  ))

const calls = [
  ["a result", "place_order", { order_id: "a", what: "works" }],
  ["the same again", "place_order", { order_id: "a", what: "works" }],
  ["other arguments", "place_order", { order_id: "a", what: "declines" }],
  ["a typed failure", "place_order", { order_id: "b", what: "declines" }],
  ["the same failure again", "place_order", { order_id: "b", what: "declines" }],
  ["a failure that passes", "place_order", { order_id: "c", what: "is busy" }],
  ["a defect", "place_order", { order_id: "d", what: "dies" }],
  ["wrong arguments", "place_order", { order_id: "", what: "sings" }],
  ["work that goes on", "place_order", { order_id: "e", what: "waits" }],
  ["how far it is", "check_place_order", { order_id: "e" }],
  ["how far it is that is done", "check_place_order", { order_id: "a" }],
  ["how far it is that failed", "check_place_order", { order_id: "b" }],
  ["how far it is that nobody knows", "check_place_order", { order_id: "z" }],
  ["a cancel", "cancel_place_order", { order_id: "e" }],
  ["a cancel of what is done", "cancel_place_order", { order_id: "a" }],
  ["a cancel of what nobody knows", "cancel_place_order", { order_id: "z" }]
] as const

const anonymous = (result: Result): unknown =>
  JSON.parse(JSON.stringify(result).replaceAll(/(?<=reference_id\\{0,2}":\\{0,2}"|Reference: )[0-9a-f]{8}/g, "<ref>"))

const told = new Map<string, Map<string, { readonly [key: string]: unknown }>>()
const scope = Scope.makeUnsafe()
const open: Array<Connection> = []

beforeAll(async () => {
  for (const [name, connect] of hosts) {
    const layer = Layer.provideMerge(work, Layer.fresh(DurableTool.layerMemory))
    const context = await Effect.runPromise(Scope.provide(Layer.build(layer), scope))
    const connection = await connect(closed(context), { logsCalls: false, loops: false } as never)
    open.push(connection)
    const answers = new Map<string, { readonly [key: string]: unknown }>()
    for (const [title, tool, args] of calls) {
      answers.set(title, anonymous(await connection.call(tool, args)) as { readonly [key: string]: unknown })
    }
    told.set(name, answers)
  }
})
afterAll(async () => {
  for (const connection of open) await connection.close()
})

/** What differs between hosts by their own choice: what an SDK adds, and leaves out where it is the default. */
const common = ({ _meta, content, isError = false, structuredContent }: { readonly [key: string]: unknown }) => {
  const { "errata/call": call, "errata/problem": problem } = (_meta ?? {}) as { readonly [key: string]: unknown }
  return { content, isError, structuredContent, call, problem }
}

describe.each(hosts.slice(1).map(([name]) => name))("%s", (name) => {
  it.each(calls.map(([title]) => title))("answers as the first does: %s", (title) => {
    assert.deepStrictEqual(common(told.get(name)!.get(title)!), common(told.get(hosts[0]![0])!.get(title)!))
  })
})

describe("the results", () => {
  it("are these", () => {
    const lines = calls.map(([title]) => {
      const { content, isError = false } = told.get(hosts[0]![0])!.get(title)!
      return `${title}${isError === true ? " (error)" : ""}:\n${(content as ReadonlyArray<{ text: string }>)[0]!.text}`
    })
    expect(lines.join("\n\n")).toMatchInlineSnapshot(`
      "a result:
      {"parcel":"parcel of a"}

      the same again:
      {"parcel":"parcel of a"}

      other arguments (error):
      The idempotency key of the order was used with other arguments.
      Error: idempotency_conflict (permanent). Use the original arguments or a new key.
      Details: {"operation":"The order"}
      Reference: <ref>

      a typed failure (error):
      The card for b was declined.
      Error: conflict (permanent). Retry only after this is resolved.
      Details: {"order_id":"b","card":"[redacted]"}
      Suggestion: Ask for another card.
      Did you mean: b?
      Reference: <ref>

      the same failure again (error):
      The card for b was declined.
      Error: conflict (permanent). Retry only after this is resolved.
      Details: {"order_id":"b","card":"[redacted]"}
      Suggestion: Ask for another card.
      Did you mean: b?
      Reference: <ref>

      a failure that passes (error):
      The post limits the rate of requests.
      Error: rate_limited (transient). Retry after 7 s.
      Details: {"service":"The post","retry_after_seconds":7}
      Reference: <ref>

      a defect (error):
      The tool failed unexpectedly.
      Error: internal_error (permanent). Do not retry. Report the reference.
      Reference: <ref>

      wrong arguments (error):
      Invalid arguments: 2 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - order_id: Expected a value with a length of at least 1.
      - what: Expected one of "works", "declines", "waits", "dies", "is busy".
      Reference: <ref>

      work that goes on (error):
      The order is still running.
      Error: in_progress (transient). Retry after 2 s.
      Details: {"operation":"The order","retry_after_seconds":2}
      Next steps:
      1. Ask how far it is: check_place_order {"order_id":"e"}
      Reference: <ref>

      how far it is:
      {"status":"in_progress","retry_after_seconds":2}

      how far it is that is done:
      {"status":"succeeded","result":{"parcel":"parcel of a"}}

      how far it is that failed (error):
      The card for b was declined.
      Error: conflict (permanent). Retry only after this is resolved.
      Details: {"order_id":"b","card":"[redacted]"}
      Suggestion: Ask for another card.
      Did you mean: b?
      Reference: <ref>

      how far it is that nobody knows (error):
      No run of place_order has this key.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"resource":"Run of place_order"}
      Reference: <ref>

      a cancel:
      {"status":"in_progress","retry_after_seconds":2}

      a cancel of what is done (error):
      The order is done and cannot be cancelled.
      Error: invalid_state (permanent). Retry only after this is resolved.
      Details: {"resource":"The order","state":"done","required_state":"in progress"}
      Reference: <ref>

      a cancel of what nobody knows (error):
      No run of place_order has this key.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"resource":"Run of place_order"}
      Reference: <ref>"
    `)
  })
})
