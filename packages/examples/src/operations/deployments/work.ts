/**
 * Deploys, step by step: build, migrate, switch, verify. What was done is undone if a later step fails, or if it is cancelled.
 *
 * It is a durable tool that no host lists: `deploy_application` begins a run of it, the other tools ask for it. A server that is
 * killed goes on when it starts again, or another one does. Each step takes its time here, and writes down that it was there.
 */
import * as DurableTool from "@errata/core/durable"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import * as Database from "../database/Database.ts"
import { Settings } from "../settings.ts"
import { DeploymentFailed } from "./errors.ts"

/** The steps of a deployment, in their order. */
export const steps = ["build", "migrate", "switch", "verify"] as const

type Step = typeof steps[number]

/** What a deployment does, as a tool: its key is the deployment's id, which callers may share. */
export const deployment = DurableTool.make("deployment", {
  title: "The deployment",
  description: "Builds, migrates, switches and verifies a deployment.",
  input: {
    deployment_id: Schema.NonEmptyString,
    takes_millis: Schema.Finite.annotate({ description: "The time of each step" })
  },
  errors: [DeploymentFailed, Errors.Unavailable],
  key: "deployment_id",
  perCaller: false,
  waitsFor: "0 seconds" // nobody waits in a call of its own
})

const update = (deployment_id: string, change: { readonly [column: string]: string | number }) =>
  Database.orDie(
    Effect.flatMap(SqlClient, (sql) =>
      Effect.asVoid(
        sql`UPDATE deployments SET ${
          sql.update(change)
        } WHERE deployment_id = ${deployment_id} AND status = 'in_progress'`
      ))
  )

/** Says how a deployment ended, unless that was said already. */
const end = (deployment_id: string, status: "succeeded" | "failed" | "cancelled") => update(deployment_id, { status })

/** Takes a step, and some time. */
const take = (
  { deployment_id, takes_millis }: typeof deployment.input.Type,
  step: Step,
  undo: "nothing to undo" | "undo"
) =>
  Effect.gen(function*() {
    const { failsAt } = yield* Settings
    yield* DurableTool.sleep(`time for ${step}`, Duration.millis(takes_millis))
    yield* DurableTool.activity(step, {
      errors: [DeploymentFailed, Errors.Unavailable],
      retry: RetryPolicy.quick,
      execute: () =>
        failsAt === step
          ? Effect.fail(new DeploymentFailed({ deployment_id, step }))
          : update(deployment_id, { steps_done: steps.indexOf(step) + 1 }),
      compensate: undo === "undo" ? () => update(deployment_id, { steps_done: steps.indexOf(step) }) : undo
    })
  })

/** Provides the work. */
export const layer = DurableTool.layer(deployment, (input) =>
  Effect.gen(function*() {
    const { deployment_id } = input
    // the first activity is the last to be undone: then everything else is
    yield* DurableTool.activity("begin", {
      execute: () => Effect.void,
      compensate: () => end(deployment_id, "failed")
    })
    yield* take(input, "build", "nothing to undo")
    yield* take(input, "migrate", "undo")
    yield* take(input, "switch", "undo")
    yield* take(input, "verify", "nothing to undo")
    yield* DurableTool.activity("end", {
      errors: [Errors.Unavailable],
      retry: RetryPolicy.quick,
      execute: () => end(deployment_id, "succeeded")
    })
  }))
