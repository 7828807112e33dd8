/**
 * Begins deployments, watches and cancels them.
 *
 * A deployment here takes its time and does nothing else: it has ended when that is over.
 */
import * as RecoveryStep from "@errata/core/RecoveryStep"
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

interface Deployment {
  readonly deployment_id: string
  readonly begun_at: number | bigint | string
  readonly ends_at: number | bigint | string
  readonly is_cancelled: number
}

interface Named {
  readonly deployment_id: string
}

const statusOf = ({ ends_at, is_cancelled }: Deployment, now: number) =>
  Number(is_cancelled) === 1 ? "cancelled" : Number(ends_at) <= now ? "succeeded" : "in_progress"

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
const requireNone = Effect.fnUntraced(function*({ app_name, environment }: Deploy, now: number) {
  const sql = yield* SqlClient
  const [current] = yield* sql<Named>`
    SELECT deployment_id FROM deployments
    WHERE app_name = ${app_name} AND environment = ${environment} AND is_cancelled = 0 AND ends_at > ${now}`
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
  const sql = yield* SqlClient
  const version = yield* choose(deploy)
  return yield* transaction(Effect.gen(function*() {
    const begun_at = yield* Clock.currentTimeMillis
    // one at a time for each application: two that come at once are not to overlook each other
    yield* sql`UPDATE app_locks SET taken = taken + 1 WHERE app_name = ${app_name}`
    yield* requireNone(deploy, begun_at)
    const deployment_id = yield* makeId("dep")
    const ends_at = begun_at + Math.ceil(Duration.toMillis(deploymentTime))
    yield* sql`INSERT INTO deployments ${
      sql.insert({ deployment_id, app_name, environment, version, begun_at, ends_at, is_cancelled: 0 })
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
}, Database.orDie)

const find = Effect.fnUntraced(function*(deployment_id: string) {
  const sql = yield* SqlClient
  const [found] = yield* sql<Deployment>`SELECT * FROM deployments WHERE deployment_id = ${deployment_id}`
  return found ?? (yield* new DeploymentNotFound({ deployment_id }))
})

const check = Effect.fnUntraced(function*(deployment_id: string) {
  const deployment = yield* find(deployment_id)
  return { deployment, status: statusOf(deployment, yield* Clock.currentTimeMillis) } as const
})

/** The handler of `check_deployment_status`. */
export const checkDeploymentStatus = ({ deployment_id }: Named) =>
  Database.orDie(Effect.map(check(deployment_id), ({ status }) => ({ deployment_id, status })))

/** Says how often a deployment is looked at. */
const pause = Duration.millis(250)

/** The handler of `wait_for_deployment`: it ends with the deployment, or with the call. */
export const waitForDeployment = Effect.fnUntraced(function*({ deployment_id }: Named) {
  const { progress } = yield* ToolCall
  for (;;) {
    const { deployment, status } = yield* check(deployment_id)
    if (status !== "in_progress") return { deployment_id, status }
    const [begun, ends] = [Number(deployment.begun_at), Number(deployment.ends_at)]
    const now = yield* Clock.currentTimeMillis
    yield* progress({ progress: now - begun, total: ends - begun, message: `${deployment_id} is in progress` })
    yield* Effect.sleep(pause)
  }
}, Database.orDie)

/** The handler of `cancel_deployment`. */
export const cancelDeployment = Effect.fnUntraced(function*({ deployment_id }: Named) {
  const sql = yield* SqlClient
  const now = yield* Clock.currentTimeMillis
  const cancelled = yield* sql<Named>`
    UPDATE deployments SET is_cancelled = 1
    WHERE deployment_id = ${deployment_id} AND (is_cancelled = 1 OR ends_at > ${now}) RETURNING deployment_id`
  if (cancelled.length > 0) return { deployment_id, status: "cancelled" as const }
  const { status } = yield* check(deployment_id)
  return yield* new DeploymentEnded({ deployment_id, status })
}, Database.orDie)
