/** A toolkit of effect's, as one would write it without the adapter, and what is looked at when it is served. */
import * as Errors from "@errata/core/Errors"
import * as Errata from "@errata/mcp-adapter/effect"
import * as Log from "@errata/mcp-adapter/Log"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as McpProtocol from "effect/ai/McpProtocol"
import type * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import * as McpTest from "effect/ai/McpTest"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ErrorReporter from "effect/ErrorReporter"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

// --- the toolkit, as one would write it without the adapter ---

export class Stock extends Context.Service<Stock, { readonly left: number }>()("Stock") {}
class CurrentUser extends Context.Service<CurrentUser, { readonly id: string }>()("CurrentUser") {}

export class OutOfStock extends Schema.TaggedError<OutOfStock>()("OutOfStock", { item: Schema.String }) {
  override readonly message = `No ${this.item} left`
}
export class DatabaseDown extends Schema.TaggedError<DatabaseDown>()("DatabaseDown", { dsn: Schema.String }) {
  override readonly message = `connect to ${this.dsn} failed`
}

export const secret = "postgres://admin:hunter2@db.internal/main"
const ways = [
  "ok",
  "declared",
  "known",
  "tool_error",
  "refused",
  "defect",
  "thrown",
  "interrupt",
  "schema",
  "lie"
] as const
const Way = Schema.Literals(ways)

const order = Tool.make("order", {
  description: "Orders an item.",
  parameters: Schema.Struct({
    way: Way,
    item: Schema.String.check(Schema.isMinLength(2)),
    size: Schema.optionalKey(Schema.Struct({ width: Schema.Finite, color: Schema.Literals(["red", "green"]) }))
  }),
  success: Schema.Struct({ ordered: Schema.String, left: Schema.Finite }),
  failure: Schema.Union([OutOfStock, DatabaseDown, Errors.NotFound])
})
const look = Tool.make("look", {
  description: "Looks for an item.",
  parameters: Schema.Struct({ way: Way, since: Schema.optionalKey(Schema.Date) }),
  success: Schema.Array(Schema.String),
  failure: Schema.Union([OutOfStock, DatabaseDown, Errors.NotFound]),
  failureMode: "return"
}).annotate(Tool.Readonly, true).annotate(Tool.Title, "Look").annotate(Tool.Meta, { "shop/aisle": 7 })
const whoami = Tool.make("whoami", { success: Schema.String, dependencies: [CurrentUser] })
  .annotate(Tool.Idempotent, true)
const strict = Tool.make("strict", { parameters: Schema.Struct({ n: Schema.Finite }), success: Schema.Finite })
  .annotate(Tool.Strict, true)
const raw = Tool.dynamic("raw", {
  description: "Takes what its JSON Schema says.",
  parameters: { type: "object", properties: { q: { type: "string", maxLength: 5 } }, required: ["q"] },
  success: Schema.Unknown
})
const nothing = Tool.make("nothing", { description: "Returns nothing." })
const text = Tool.make("text", { success: Schema.String })
const nil = Tool.make("nil", { success: Schema.Null })

export const shop = Toolkit.make(order, look, whoami, strict, raw, nothing, text, nil)

const act = (
  way: typeof Way.Type
): Effect.Effect<void, OutOfStock | DatabaseDown | Errors.NotFound> => {
  switch (way) {
    case "ok":
      return Effect.void
    case "declared":
      return Effect.fail(new OutOfStock({ item: "ink" }))
    case "known":
      return Effect.fail(new DatabaseDown({ dsn: secret }))
    case "tool_error":
      return Effect.fail(new Errors.NotFound({ resource: "Item", id: "7" }))
    case "refused":
      return Effect.fail(Object.assign(new Error(secret), { code: "ECONNREFUSED" }) as never)
    case "defect":
      return Effect.die(new Error(secret))
    case "thrown":
      throw new Error(secret)
    case "interrupt":
      return Effect.interrupt
    case "schema":
      return Effect.orElseSucceed(Schema.decodeUnknownEffect(Schema.Finite)(secret), () => 1).pipe(
        Effect.andThen(Effect.fail("nobody declared this" as never))
      )
    case "lie":
      return Effect.void
  }
}

const handlers = shop.toLayer(Effect.gen(function*() {
  const { left } = yield* Stock
  return {
    order: ({ item, way }) =>
      Effect.suspend(() => act(way)).pipe(Effect.as({ ordered: item, left: way === "lie" ? secret as never : left })),
    look: ({ way }) => Effect.suspend(() => act(way)).pipe(Effect.as(way === "lie" ? secret as never : ["ink"])),
    whoami: () => Effect.map(CurrentUser, ({ id }) => id),
    strict: ({ n }) => Effect.succeed(n),
    raw: (args) => Effect.succeed(args),
    nothing: () => Effect.void,
    text: () => Effect.succeed("text \u2028 line"),
    nil: () => Effect.succeed(null)
  }
}))

const users = McpServer.middleware<{ provides: CurrentUser }>()((effect) =>
  Effect.provideService(effect, CurrentUser, { id: "ada" })
)

const surroundings = Layer.mergeAll(users.layer, Layer.provide(handlers, Layer.succeed(Stock, { left: 3 })))

// --- what is measured ---

export const protocols = {
  "2024-11-05": McpProtocol.v2024_11_05,
  "2025-03-26": McpProtocol.v2025_03_26,
  "2025-06-18": McpProtocol.v2025_06_18,
  "2025-11-25": McpProtocol.v2025_11_25,
  "2026-07-28": McpProtocol.v2026_07_28
}
export const versions = Object.keys(protocols) as ReadonlyArray<keyof typeof protocols>

export let lines: Array<Record<string, unknown>> = []
export let reported: Array<unknown> = []
export const forget = (): void => {
  lines = []
  reported = []
}
const recorded = Layer.mergeAll(
  Log.layer({ write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) }),
  ErrorReporter.layer([ErrorReporter.make(({ error }) => reported.push(error))])
)

export const connect = <E>(
  tools: Layer.Layer<never, E, McpServer.McpServer>,
  version: keyof typeof protocols = "2025-11-25"
) => McpTest.makeClient(Layer.provide(tools, recorded), { protocols: [protocols[version]] })

export const shown = { expose: [OutOfStock], service: "The shop" }
export const adopted = (options?: Errata.AdoptOptions<keyof typeof shop.tools>) =>
  Layer.provide(Errata.adoptToolkit(shop, options), surroundings)
export const native = Layer.provide(McpServer.toolkit(shop), surroundings)

export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
export const firstText = ({ content: [block] }: McpSchema.CallToolResult): string =>
  String(block?.type === "text" ? block.text : undefined)
export const problemOf = (result: McpSchema.CallToolResult) =>
  Meta.problem(result._meta as { readonly [key: string]: unknown } | undefined)
