/** Every kind of reply, and what of it a model must be able to read whatever its host is. */
import type * as Advice from "@errata/core/Advice"
import * as Batch from "@errata/core/Batch"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Call } from "./replicas.ts"

/** Where the problem of an error goes. */
export const profiles = {
  text: {},
  "text, minimal": { meta: "minimal" },
  structured: { structuredErrors: true },
  "structured, minimal": { structuredErrors: true, meta: "minimal" },
  JSON: { render: "json" },
  "JSON, minimal": { render: "json", meta: "minimal" }
} satisfies { readonly [name: string]: Handler.Options }

/** One kind of reply. */
export interface Kind {
  readonly handled: Tool.Handled
  readonly args: { readonly [key: string]: unknown }
  /** What must be readable, besides the reference of an error. */
  readonly facts: ReadonlyArray<string>
}

const item = Schema.Struct({ id: Schema.String, name: Schema.String })

const one = (name: string, error: ToolError.Any, safety: Advice.Safety = "read") =>
  Tool.handle(
    Tool.make(name, {
      description: "Fails.",
      input: Schema.Struct({ id: Schema.String }),
      output: item,
      errors: [Errors.NotFound, Errors.RateLimited, Errors.Unavailable, Errors.PermissionDenied, Errors.Timeout],
      safety
    }),
    () => Effect.fail(error as never)
  ) as Tool.Handled

const nothing = Tool.make("nothing", { description: "Fails.", errors: [Errors.NotFound], safety: "read" })

const invalid = Tool.make("invalid", {
  description: "Takes little.",
  input: Schema.Struct({ count: Schema.Int, format: Schema.Literals(["text", "html"]) }),
  output: item,
  safety: "read"
})

const findAll = Tool.make("find_all", {
  description: "Looks for many.",
  input: Schema.Struct({ ids: Schema.Array(Schema.String) }),
  output: Batch.Report(item),
  errors: [Errors.NotFound, Errors.BatchFailed],
  safety: "read"
})

const all = Tool.handle(findAll, ({ ids }) =>
  Batch.forEach(ids, (id) =>
    id === "a"
      ? Effect.succeed({ id, name: "Ada" })
      : Effect.fail(new Errors.NotFound({ resource: "Item", id })))) as Tool.Handled

const Weather = Degrade.parts({
  required: { current: Schema.Struct({ temperature_c: Schema.Finite }) },
  optional: { forecast: Schema.Array(Schema.String) }
})

const weather = Tool.handle(
  Tool.make("weather", { description: "Tells the weather.", output: Weather.schema, errors: [], safety: "read" }),
  () =>
    Weather.collect({
      current: Effect.succeed({ temperature_c: 21 }),
      forecast: {
        effect: Effect.fail(new Errors.Unavailable({ service: "The forecast" })),
        impact: "There is no outlook for the next days"
      }
    })
) as Tool.Handled

const missing = ToolError.withGuidance(new Errors.NotFound({ resource: "Item", id: "item-7" }), {
  suggestion: "Use an id that exists",
  similarMatches: ["item-17", "item-71"],
  steps: [
    { action: "List the items", tool: "list_items", parameters: { prefix: "item" } },
    { action: "Ask the user", options: [{ action: "Which item is meant" }, { action: "Give up searching" }] }
  ]
})

const told = [
  "Item item-7 not found",
  "not_found",
  "permanent",
  "Do not retry with the same arguments.",
  "Use an id that exists",
  "item-17",
  "item-71",
  "List the items",
  "list_items",
  "{\"prefix\":\"item\"}",
  "Ask the user",
  "Which item is meant",
  "Give up searching"
]

/** Its arguments are short: some hosts show them too. */
const many = Tool.handle(
  Tool.make("find_many", {
    description: "Looks for many.",
    input: Schema.Struct({ count: Schema.Int }),
    output: Batch.Report(item),
    errors: [Errors.NotFound, Errors.BatchFailed],
    safety: "read"
  }),
  ({ count }) =>
    Batch.forEach(
      Array.from({ length: count }, (_, i) => `item-${i}`),
      (id) => Effect.fail(new Errors.NotFound({ resource: "Item", id }))
    )
) as Tool.Handled

/** Is there for the step that names it. */
export const listItems = Tool.handle(
  Tool.make("list_items", {
    description: "Lists the items.",
    input: { prefix: Schema.optionalKey(Schema.String) },
    output: { items: Schema.Array(Schema.String) },
    safety: "read"
  }),
  () => Effect.succeed({ items: ["item-17", "item-71"] })
) as Tool.Handled

export const kinds: { readonly [name: string]: Kind } = {
  "an error": { handled: one("miss_out", missing), args: { id: "item-7" }, facts: told },
  "an error without an output": {
    handled: Tool.handle(nothing, () => Effect.fail(missing)) as Tool.Handled,
    args: {},
    facts: told
  },
  "invalid arguments": {
    handled: Tool.handle(invalid, () => Effect.die("unreached")) as Tool.Handled,
    args: { count: "x", format: "htm" },
    facts: ["invalid_arguments", "validation", "Correct the arguments and call again.", "count", "format", "html"]
  },
  "a limit": {
    handled: one("busy", new Errors.RateLimited({ service: "The shop", retry_after_seconds: 30 })),
    args: { id: "1" },
    facts: ["The shop limits the rate of requests", "rate_limited", "transient", "Retry after 30 s."]
  },
  "what may have taken effect": {
    handled: one("pay", new Errors.Timeout({ operation: "The payment" }), "once"),
    args: { id: "1" },
    facts: ["outcome_unknown", "permanent", "Do not retry: the call may have taken effect. Check first."]
  },
  "a user's matter": {
    handled: one("locked", new Errors.PermissionDenied({ action: "read", resource: "the safe" })),
    args: { id: "1" },
    facts: ["permission_denied", "permanent", "Retry only after the user has resolved this."]
  },
  "a defect": {
    handled: Tool.handle(
      Tool.make("boom", { description: "Breaks.", output: item, safety: "read" }),
      () => Effect.die(new Error("hunter2"))
    ) as Tool.Handled,
    args: {},
    facts: ["The tool failed unexpectedly", "internal_error", "permanent", "Do not retry. Report the reference."]
  },
  "a failed batch": {
    handled: all,
    args: { ids: ["x", "y"] },
    facts: [
      "failed",
      "x",
      "Item x not found",
      "Item y not found",
      "not_found",
      "Do not retry with the same arguments.",
      "None of the 2 was found: check the names."
    ]
  },
  "a partial batch": {
    handled: all,
    args: { ids: ["a", "x"] },
    facts: ["partial", "Ada", "Item x not found", "not_found", "1 of 2 succeeded, 1 failed.", "remove x and call again"]
  },
  "a degraded answer": {
    handled: weather,
    args: {},
    facts: ["21", "forecast", "unavailable: The forecast is unavailable", "There is no outlook for the next days"]
  },
  "400 items that failed": {
    handled: many,
    args: { count: 400 },
    facts: ["400", "item-0", "Item item-0 not found", "not_found", "Do not retry with the same arguments."]
  }
}

/** Calls a tool, as its host sees it. */
export const call = async ({ args, handled }: Kind, options: Handler.Options): Promise<Call> => {
  const { tool } = handled
  const result = await Handler.make(handled, { logsCalls: false, ...options })(args)
  const requires = (tool as Tool.Any).output.ast._tag === "Void" ? undefined : ["id", "name"]
  return { tool: tool.name, arguments: args, result: JSON.parse(JSON.stringify(result)) as Call["result"], requires }
}
