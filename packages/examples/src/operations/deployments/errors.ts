/**
 * Names what can go wrong with applications and their deployments.
 */
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"

/** No application has that name. */
export class ApplicationNotFound extends ToolError.Permanent<ApplicationNotFound>()("ApplicationNotFound", {
  app_name: Schema.String
}, {
  type: "not_found",
  when: "No application has that name",
  message: (e) => `Application ${e.app_name} not found`,
  suggestion: "Use list_applications to see the existing names"
}) {}

/** The application has no such version. */
export class VersionNotFound extends ToolError.Permanent<VersionNotFound>()("VersionNotFound", {
  app_name: Schema.String,
  version: Schema.String
}, {
  type: "not_found",
  when: "The application has no such version",
  message: (e) => `Application ${e.app_name} has no version ${e.version}`,
  suggestion: "Choose a version that list_app_versions names, or leave it out to deploy the newest"
}) {}

/** The environment receives another deployment of the application. */
export class DeploymentInProgress extends ToolError.Permanent<DeploymentInProgress>()("DeploymentInProgress", {
  app_name: Schema.String,
  environment: Schema.String,
  current_deployment: Schema.String
}, {
  type: "conflict",
  when: "The environment receives another deployment of the application",
  message: (e) => `Another deployment of ${e.app_name} to ${e.environment} is in progress: ${e.current_deployment}`,
  suggestion: "Wait for the current deployment, or cancel it"
}) {}

/** No deployment has that id. */
export class DeploymentNotFound extends ToolError.Permanent<DeploymentNotFound>()("DeploymentNotFound", {
  deployment_id: Schema.String
}, {
  type: "not_found",
  when: "No deployment has that id",
  message: (e) => `Deployment ${e.deployment_id} not found`,
  suggestion: "Use the deployment_id that deploy_application returned"
}) {}

/** The deployment is over: it cannot be cancelled any more. */
export class DeploymentEnded extends ToolError.Permanent<DeploymentEnded>()("DeploymentEnded", {
  deployment_id: Schema.String,
  status: Schema.String
}, {
  type: "invalid_state",
  when: "The deployment is over: it cannot be cancelled any more",
  message: (e) => `Deployment ${e.deployment_id} has ${e.status} and cannot be cancelled`,
  suggestion: "Deploy the version that shall run instead"
}) {}

/** A step of the deployment failed, and what was done is undone. */
export class DeploymentFailed extends ToolError.Permanent<DeploymentFailed>()("DeploymentFailed", {
  deployment_id: Schema.String,
  step: Schema.String
}, {
  type: "processing_error",
  when: "A step of the deployment failed, and what was done is undone",
  message: (e) => `Deployment ${e.deployment_id} failed at the step ${e.step}`,
  suggestion: "Deploy another version, or tell the user"
}) {}
