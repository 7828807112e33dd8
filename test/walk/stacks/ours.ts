/** Writes the same tools with Errata, on the SDK 1.x. */
import * as Batch from "@errata/core/Batch"
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as Suggestion from "@errata/core/Suggestion"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { formats, type World } from "./world.ts"

const Id = { id: Schema.String }
const Item = { id: Schema.String, name: Schema.String }

const listItems = Tool.make("list_items", {
  description: "Lists.",
  output: Schema.Array(Schema.String),
  safety: "read"
})
const getItem = Tool.make("get_item", {
  description: "Returns an item.",
  input: Id,
  output: Item,
  errors: [Errors.NotFound],
  safety: "read"
})
const convert = Tool.make("convert", {
  description: "Converts an item.",
  input: { ...Id, format: Schema.Literals(formats) },
  output: { ...Item, format: Schema.String },
  errors: [Errors.NotFound],
  safety: "read"
})
const search = Tool.make("search", {
  description: "Searches.",
  input: {
    query: Schema.String.check(Schema.isMinLength(2)),
    limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 })))
  },
  output: Schema.Array(Schema.String),
  safety: "read"
})
const getRate = Tool.make("get_rate", {
  description: "Returns a rate of exchange.",
  input: { currency: Schema.String },
  output: { rate: Schema.Finite },
  errors: [Errors.RateLimited, Errors.Unavailable, Errors.ConnectionFailed],
  safety: "read"
})
const getCharge = Tool.make("get_charge", {
  description: "Says how often a user was charged.",
  input: { user_id: Schema.String },
  output: { charges: Schema.Int },
  safety: "read"
})
const charge = Tool.make("charge", {
  description: "Charges a user.",
  input: { user_id: Schema.String, amount: Schema.Finite },
  output: { charged: Schema.Boolean },
  errors: [Errors.Timeout],
  safety: "once"
})
const importItems = Tool.make("import_items", {
  description: "Imports items.",
  input: { ids: Schema.Array(Schema.String) },
  output: Batch.Report(Schema.Struct({ id: Schema.String })),
  safety: "idempotent"
})
const deleteItem = Tool.make("delete_item", {
  description: "Deletes an item.",
  input: Id,
  output: { deleted: Schema.String },
  errors: [Errors.NotFound, Errors.PermissionDenied],
  safety: "once",
  effects: "marked"
})

class DeploymentInProgress extends ToolError.Permanent<DeploymentInProgress>()("DeploymentInProgress", {
  app: Schema.String,
  current_deployment: Schema.String
}, {
  type: "conflict",
  message: (e) => `A deployment of ${e.app} is already in progress: ${e.current_deployment}`
}) {}

const deploy = Tool.make("deploy", {
  description: "Deploys an application.",
  input: { app: Schema.String },
  output: { deployment_id: Schema.String },
  errors: [DeploymentInProgress],
  safety: "once",
  effects: "marked"
})
const checkDeployment = Tool.make("check_deployment", {
  description: "Returns how far a deployment is.",
  input: { deployment_id: Schema.String },
  output: { deployment_id: Schema.String, status: Schema.String },
  safety: "read"
})
const getTheme = Tool.make("get_theme", { description: "Returns.", output: { colour: Schema.String }, safety: "read" })

/** Says what else can be done about an error, once for all tools. */
export const guides = [
  Tool.guide([charge], {
    Timeout: () => [Tool.step(getCharge, { user_id: "7" }, { action: "Look whether it was charged" })]
  }),
  Tool.guide([deploy], {
    DeploymentInProgress: ({ current_deployment }) => [
      Tool.step(checkDeployment, { deployment_id: current_deployment }, { action: "Look how far it is" })
    ]
  })
]

const exchange = Classifier.unknown({ service: "The exchange" })

const isDeclared = (error: ToolError.Any | undefined): error is InstanceType<typeof getRate.errors[number]> =>
  error !== undefined && getRate.errors.some((Class) => error instanceof Class)

/** What is none of the tool's errors is a defect. */
const upstream = Classifier.orDie((failure) => {
  const error = exchange(failure)
  return isDeclared(error) ? error : undefined
})

/** Makes the tools. */
export const make = (world: World): ReadonlyArray<Tool.Handled> => {
  const { effects, items, state } = world
  const find = (id: string): Effect.Effect<string, Errors.NotFound> => {
    const name = items.get(id)
    if (name !== undefined) return Effect.succeed(name)
    return Effect.fail(ToolError.withGuidance(new Errors.NotFound({ resource: "Item", id }), {
      similarMatches: Suggestion.similar(id, items.keys()),
      steps: [Tool.step(listItems, {}, { action: "List the items" })]
    }))
  }
  return [
    Tool.handle(listItems, () => Effect.succeed([...items.keys()])),
    Tool.handle(getItem, ({ id }) => Effect.map(find(id), (name) => ({ id, name }))),
    Tool.handle(convert, ({ format, id }) => Effect.map(find(id), (name) => ({ id, name, format }))),
    Tool.handle(search, ({ query }) => Effect.succeed([...items.values()].filter((name) => name.includes(query)))),
    Tool.handle(getRate, () =>
      Effect.tryPromise({ try: world.rate, catch: (cause) => ({ cause }) }).pipe(
        Effect.mapError(({ cause }) => cause),
        upstream,
        Effect.map((rate) => ({ rate }))
      )),
    Tool.handle(getCharge, () => Effect.succeed({ charges: effects.charges })),
    Tool.handle(
      charge,
      () =>
        Effect.tryPromise({
          try: world.charge,
          catch: (cause) => new Errors.Timeout({ operation: "The charge", cause })
        })
    ),
    Tool.handle(importItems, ({ ids }) =>
      Batch.forEach(ids, (id) =>
        Effect.andThen(
          find(id),
          Effect.tryPromise({
            try: () => world.add(id),
            catch: (cause) => new Errors.Unavailable({ service: "The store", cause })
          })
        ).pipe(Effect.as({ id })), { concurrency: 1 })),
    Tool.handle(deleteItem, ({ id }) =>
      Effect.flatMap(find(id), () =>
        state.mayDelete
          ? ToolCall.irreversible(Effect.sync(() => {
            effects.deletions++
            return { deleted: id }
          }))
          : Effect.fail(new Errors.PermissionDenied({ action: "delete", resource: `item ${id}` })))),
    Tool.handle(deploy, ({ app }) =>
      state.isDeploying
        ? Effect.fail(new DeploymentInProgress({ app, current_deployment: "dep-1" }))
        : ToolCall.irreversible(Effect.sync(() => {
          effects.deployments++
          return { deployment_id: "dep-2" }
        }))),
    Tool.handle(checkDeployment, ({ deployment_id }) =>
      Effect.sync(() => {
        const status = state.isDeploying ? "in progress" : "succeeded"
        state.isDeploying = false
        return { deployment_id, status }
      })),
    Tool.handle(getTheme, () => Effect.sync(() => ({ colour: world.theme() })))
  ] as ReadonlyArray<Tool.Handled>
}
