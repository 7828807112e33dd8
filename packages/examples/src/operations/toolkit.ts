/**
 * Joins the tools of the operations server with their handlers and the database behind them.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Sql from "@errata/core/stores/sql"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Accounts from "./accounts.ts"
import * as Database from "./database/Database.ts"
import * as Applications from "./deployments/applications.ts"
import * as Deployments from "./deployments/deployments.ts"
import * as DeploymentTools from "./deployments/tools.ts"
import * as Work from "./deployments/work.ts"
import * as Items from "./items.ts"
import * as Projects from "./projects.ts"
import * as Settings from "./settings.ts"
import * as Tools from "./tools.ts"
import * as Users from "./users.ts"

/** The tools of the operations server. */
export const Operations = Toolkit.make("Operations", [
  Tools.getUser,
  Tools.getItem,
  Tools.listItems,
  Tools.listProjects,
  Tools.manageProject,
  Tools.getBalance,
  Tools.chargeUser,
  Tools.getTransaction,
  DeploymentTools.listApplications,
  DeploymentTools.listAppVersions,
  DeploymentTools.deployApplication,
  DeploymentTools.checkDeploymentStatus,
  DeploymentTools.waitForDeployment,
  DeploymentTools.cancelDeployment
])

const handlers = Toolkit.toLayer(Operations, {
  get_user: Users.getUser,
  get_item: Items.getItem,
  list_items: Items.listItems,
  list_projects: Projects.listProjects,
  manage_project: Projects.manageProject,
  get_balance: Accounts.getBalance,
  charge_user: Accounts.chargeUser,
  get_transaction: Accounts.getTransaction,
  list_applications: Applications.listApplications,
  list_app_versions: Applications.listAppVersions,
  deploy_application: Deployments.deployApplication,
  check_deployment_status: Deployments.checkDeploymentStatus,
  wait_for_deployment: Deployments.waitForDeployment,
  cancel_deployment: Deployments.cancelDeployment
})

/** Everything the server needs, from the settings down to the database. */
export const layer = handlers.pipe(
  Layer.provideMerge(Layer.effectDiscard(Effect.forkScoped(Deployments.resume))),
  Layer.provideMerge(Work.layer),
  Layer.provideMerge(Database.engine),
  Layer.provideMerge(Sql.layer()), // the keys are kept beside what they protect
  Layer.provide(Database.layer),
  Layer.provide([Settings.layer, NodeFileSystem.layer])
)
