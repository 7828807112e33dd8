/**
 * Defines the tools for applications and their deployments, without their code.
 */
import * as Arguments from "@errata/core/Arguments"
import * as Errors from "@errata/core/Errors"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Tool from "@errata/core/Tool"
import * as Schema from "effect/Schema"
import { Key, lease } from "../../shared/keys.ts"
import {
  ApplicationNotFound,
  DeploymentEnded,
  DeploymentInProgress,
  DeploymentNotFound,
  VersionNotFound
} from "./errors.ts"

const AppName = Schema.NonEmptyString.annotate({
  description: "The application's name, as list_applications gives it",
  examples: ["web-shop"]
})

const Environment = Schema.Literals(["development", "staging", "production"]).annotate({
  description: "Where to deploy to"
}).pipe(
  // what is not there yet is named when it is needed
  Arguments.steps(() => [RecoveryStep.choice("Choose an environment", [toStaging()])])
)

const toStaging = (): RecoveryStep.RecoveryStep =>
  Tool.step(deployApplication, { environment: "staging" }, {
    action: "Deploy to staging, the safest",
    fill: ["app_name"]
  })

const Status = Schema.Literals(["in_progress", "succeeded", "failed", "cancelled"])

const DeploymentId = Schema.NonEmptyString.annotate({
  description: "The deployment's id, as deploy_application returns it"
})

export const listApplications = Tool.make("list_applications", {
  title: "List applications",
  description: "Lists the applications that can be deployed, with their newest version.",
  output: {
    applications: Schema.Array(Schema.Struct({ app_name: Schema.String, newest_version: Schema.String }))
  },
  errors: [Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

export const listAppVersions = Tool.make("list_app_versions", {
  title: "List an application's versions",
  description: "Lists the versions of an application, the newest first.",
  input: { app_name: AppName },
  output: { app_name: Schema.String, versions: Schema.Array(Schema.String) },
  errors: [ApplicationNotFound, Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

const NextStep = Schema.Struct({
  action: Schema.String,
  tool: Schema.String,
  parameters: Schema.Record(Schema.String, Schema.String)
})

export const deployApplication = Tool.make("deploy_application", {
  title: "Deploy an application",
  description:
    "Begins to deploy an application to an environment: its newest version, unless another is given. With an idempotency key a repeat begins no second one.",
  input: {
    app_name: AppName,
    environment: Environment,
    version: Schema.optionalKey(
      Schema.NonEmptyString.annotate({ description: "The version; by default the newest", examples: ["2.1.0"] })
    ),
    idempotency_key: Schema.optionalKey(Key)
  },
  output: {
    deployment_id: Schema.String,
    status: Schema.Literal("in_progress"),
    estimated_duration: Schema.Finite.annotate({ description: "In seconds" }),
    next_steps: Schema.Array(NextStep)
  },
  errors: [ApplicationNotFound, VersionNotFound, DeploymentInProgress, Errors.Unavailable],
  safety: "keyed",
  keyed: { field: "idempotency_key", lease },
  effects: "marked",
  isDestructive: true,
  isOpenWorld: false
})

export const checkDeploymentStatus = Tool.make("check_deployment_status", {
  title: "Check a deployment",
  description: "Returns how far a deployment is.",
  input: { deployment_id: DeploymentId },
  output: { deployment_id: Schema.String, status: Status },
  errors: [DeploymentNotFound, Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

export const waitForDeployment = Tool.make("wait_for_deployment", {
  title: "Wait for a deployment",
  description:
    "Waits until a deployment has ended, and reports progress. Call again if it takes longer than a call may.",
  input: { deployment_id: DeploymentId },
  output: { deployment_id: Schema.String, status: Status },
  errors: [DeploymentNotFound, Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

export const cancelDeployment = Tool.make("cancel_deployment", {
  title: "Cancel a deployment",
  description: "Stops a deployment that is in progress. Cancelling again changes nothing.",
  input: { deployment_id: DeploymentId },
  output: { deployment_id: Schema.String, status: Status },
  errors: [DeploymentNotFound, DeploymentEnded, Errors.Unavailable],
  safety: "idempotent",
  isDestructive: true,
  isOpenWorld: false
})
