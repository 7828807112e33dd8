/**
 * Begins deployments, watches and cancels them.
 *
 * How far each is stands in its row. What it does is a durable run (`work.ts`), which is begun with the row and goes on whatever
 * becomes of this process.
 */
import * as DurableTool from "@errata/core/durable"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Suggestion from "@errata/core/Suggestion"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import { transaction } from "../../shared/sql/transaction.ts"
import * as Database from "../database/Database.ts"
import { makeId } from "../ids.ts"
import { Settings } from "../settings.ts"
import { type Deploy, versionsOf } from "./applications.ts"
import { DeploymentEnded, DeploymentInProgress, DeploymentNotFound, VersionNotFound } from "./errors.ts"
import * as Tools from "./tools.ts"
import { deployment, steps } from "./work.ts"

interface Deployment extends Named {
  readonly app_name: string
  readonly environment: Deploy["environment"]
  readonly status: "in_progress" | "succeeded" | "failed" | "cancelled"
  readonly steps_done: number
  readonly takes_millis: number
}

interface Named {
  readonly deployment_id: string
}

/** Takes the newest version, or refuses one that does not exist. */
const choose = Effect.fnUntraced(function*(deploy: Deploy) {
  const { app_name, environment, version } = deploy
  const versions = yield* versionsOf(app_name, deploy)
  if (version === undefined || versions.includes(version)) return version ?? versions[0]!
  return yield* ToolError.withGuidance(new VersionNotFound({ app_name, version }), {
    similarMatches: Suggestion.similar(version, versions),
    steps: [
      Tool.step(Tools.listAppVersions, { app_name }, { action: "List the versions" }),
      RecoveryStep.choice("Choose what to deploy", [
        Tool.step(Tools.deployApplication, { app_name, environment }, { action: "Deploy the newest version" })
      ])
    ]
  })
})

/** Refuses a second deployment to one environment. */
const requireNone = Effect.fnUntraced(function*({ app_name, environment }: Deploy) {
  const sql = yield* SqlClient
  const [current] = yield* sql<Named>`
    SELECT deployment_id FROM deployments
    WHERE app_name = ${app_name} AND environment = ${environment} AND status = 'in_progress'`
  if (current === undefined) return
  const { deployment_id } = current
  const step = { deployment_id }
  return yield* ToolError.withGuidance(
    new DeploymentInProgress({ app_name, environment, current_deployment: deployment_id }),
    {
      steps: [
        Tool.step(Tools.checkDeploymentStatus, step, { action: "Look how far it is" }),
        RecoveryStep.choice("Choose what to do about it", [
          Tool.step(Tools.waitForDeployment, step, { action: "Wait for it" }),
          Tool.step(Tools.cancelDeployment, step, { action: "Cancel it" })
        ])
      ]
    }
  )
})

/** The handler of `deploy_application`. */
export const deployApplication = Effect.fnUntraced(function*(deploy: Deploy) {
  const { app_name, environment } = deploy
  const { deploymentTime } = yield* Settings
  const takes_millis = Math.ceil(Duration.toMillis(deploymentTime) / steps.length)
  const sql = yield* SqlClient
  const version = yield* choose(deploy)
  const begun = yield* transaction(Effect.gen(function*() {
    const begun_at = yield* Clock.currentTimeMillis
    // one at a time for each application: two that come at once are not to overlook each other
    yield* sql`UPDATE app_locks SET taken = taken + 1 WHERE app_name = ${app_name}`
    yield* requireNone(deploy)
    const deployment_id = yield* makeId("dep")
    yield* sql`INSERT INTO deployments ${
      sql.insert({
        deployment_id,
        app_name,
        environment,
        version,
        begun_at,
        takes_millis,
        status: "in_progress",
        steps_done: 0
      })
    }`
    const parameters = { deployment_id }
    return {
      deployment_id,
      status: "in_progress" as const,
      estimated_duration: Duration.toSeconds(deploymentTime),
      next_steps: [
        { action: "Look how far it is", tool: Tools.checkDeploymentStatus.name, parameters },
        { action: "Wait for it", tool: Tools.waitForDeployment.name, parameters }
      ]
    }
  }))
  yield* go({ deployment_id: begun.deployment_id, takes_millis })
  return begun
}, Database.orDie)

/** Begins the run of a deployment, if that is not done yet. Who cannot leaves it to whoever waits for the deployment. */
const go = ({ deployment_id, takes_millis }: typeof deployment.input.Type) =>
  Effect.catch(
    RetryPolicy.retry(
      DurableTool.start(deployment, { deployment_id, takes_millis: Number(takes_millis) }),
      RetryPolicy.quick
    ),
    (error) => Effect.logWarning("The deployment waits for its engine", error)
  )

/** Begins what was left when a process died between the row of a deployment and its run. */
export const resume = Effect.gen(function*() {
  const sql = yield* SqlClient
  const left = yield* sql<Deployment>`SELECT * FROM deployments WHERE status = 'in_progress'`
  yield* Effect.forEach(left, go, { discard: true })
}).pipe(Effect.ignore)

/** Says how many deployments are looked at to find the one that was meant. */
const maxSimilar = 100

/** Finds a deployment. One whose id was mistyped is proposed to who only looks: to cancel another would do harm. */
const find = Effect.fnUntraced(function*(deployment_id: string, looks = true) {
  const sql = yield* SqlClient
  const [found] = yield* sql<Deployment>`SELECT * FROM deployments WHERE deployment_id = ${deployment_id}`
  if (found !== undefined) return found
  if (!looks) return yield* new DeploymentNotFound({ deployment_id })
  const newest = yield* sql<Named>`SELECT deployment_id FROM deployments ORDER BY begun_at DESC LIMIT ${maxSimilar}`
  const sameLength = newest.map((row) => row.deployment_id).filter(({ length }) => length === deployment_id.length)
  return yield* ToolError.withGuidance(new DeploymentNotFound({ deployment_id }), {
    similarMatches: Suggestion.similar(deployment_id, sameLength, { limit: 1 })
  })
})

/** The handler of `check_deployment_status`. */
export const checkDeploymentStatus = ({ deployment_id }: Named) =>
  Database.orDie(Effect.map(find(deployment_id), ({ status }) => ({ deployment_id, status })))

/** Says how often a deployment is looked at. */
const pause = Duration.millis(250)

/** The handler of `wait_for_deployment`: it ends with the deployment, or with the call. */
export const waitForDeployment = Effect.fnUntraced(function*({ deployment_id }: Named) {
  const { progress } = yield* ToolCall
  const found = yield* find(deployment_id)
  if (found.status === "in_progress") yield* go(found)
  for (;;) {
    const { status, steps_done } = yield* find(deployment_id)
    if (status !== "in_progress") return { deployment_id, status }
    const message = `${deployment_id} is in progress: ${steps[Number(steps_done)] ?? "almost done"}`
    yield* progress({ progress: Number(steps_done), total: steps.length, message })
    yield* Effect.sleep(pause)
  }
}, Database.orDie)

/** The handler of `cancel_deployment`: what was done is undone meanwhile. */
export const cancelDeployment = Effect.fnUntraced(function*({ deployment_id }: Named) {
  const sql = yield* SqlClient
  const cancelled = yield* sql<Named>`
    UPDATE deployments SET status = 'cancelled'
    WHERE deployment_id = ${deployment_id} AND status IN ('in_progress', 'cancelled') RETURNING deployment_id`
  if (cancelled.length === 0) {
    const { app_name, environment, status } = yield* find(deployment_id, false)
    return yield* ToolError.withGuidance(new DeploymentEnded({ deployment_id, status }), {
      steps: [
        Tool.step(Tools.listAppVersions, { app_name }, { action: "List the versions" }),
        RecoveryStep.choice("Choose what shall run instead", [
          Tool.step(Tools.deployApplication, { app_name, environment }, {
            action: "Deploy another version",
            fill: ["version"]
          })
        ])
      ]
    })
  }
  const stopped = DurableTool.cancel(deployment, deployment_id)
  yield* Effect.catch(stopped, (error) => error._tag === "Unavailable" ? Effect.fail(error) : Effect.void)
  return { deployment_id, status: "cancelled" as const }
}, Database.orDie)
