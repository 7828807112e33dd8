/**
 * Meets every error that a tool of the operations server declares, and takes every step that is suggested.
 */
import type * as Problem from "@errata/core/Problem"
import type * as Tool from "@errata/core/Tool"
import { Operations } from "@errata/examples/operations/toolkit"
import { DatabaseSync } from "node:sqlite"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Reply from "../../wire/Reply.ts"
import { expectSeen } from "../declared.ts"
import * as OperationsServer from "./OperationsServer.ts"

// readers of a file wait for nobody: what they say of a database that is gone has its own test
const readers = Operations.tools.filter(({ safety }) => safety === "read")
expectSeen(Operations.tools, readers.map(({ name }) => `${name}: Unavailable`))

const here = OperationsServer.place()
let operations: OperationsServer.Running
let restricted: OperationsServer.Running
let short: OperationsServer.Running

beforeAll(async () => {
  operations = await OperationsServer.start(
    here.options({ ERRATA_DATABASE_WAIT: "1 second", ERRATA_DEPLOYMENT_TIME: "3 seconds" })
  )
  restricted = await OperationsServer.start(here.options({ ERRATA_PERMISSIONS: "none" }))
  short = await OperationsServer.start(here.options({ ERRATA_DEPLOYMENT_TIME: "1 millis" }))
})
afterAll(async () => {
  await Promise.all([operations.server.stop(), restricted.server.stop(), short.server.stop()])
  here.folder.remove()
})

type Meet = (tool: string) => Promise<Omit<Problem.Problem, "reference_id">>

const on = (args: object): Meet => async (tool) => (await operations.fails(tool, args)).problem

const withoutPermission = (args: object): Meet => async (tool) => (await restricted.fails(tool, args)).problem

/** Meets what is said while another process writes and does not end. */
const locked = (args: object): Meet => async (tool) => {
  const database = new DatabaseSync(here.folder.at("state", "operations.sqlite"), { timeout: 10_000 })
  database.exec("BEGIN EXCLUSIVE")
  try {
    return (await operations.fails(tool, args)).problem
  } finally {
    database.close()
  }
}

const change = { action: "update", project_name: "atlas", idempotency_key: "steps-1" }
const charge = { user_id: "2", amount: 1, idempotency_key: "steps-2" }

const deploy = { app_name: "web-shop", environment: "development" }

const met: { readonly [tool: string]: { readonly [tag: string]: Meet } } = {
  get_user: { UserNotFound: on({ user_id: "4" }) },
  get_item: { ItemNotFound: on({ id: "INK" }) },
  list_items: {},
  list_projects: {},
  manage_project: {
    ProjectNotFound: on({ ...change, project_name: "atlass" }),
    ProjectAlreadyExists: on({ ...change, action: "create" }),
    PermissionDenied: withoutPermission(change),
    Unavailable: locked({ ...change, idempotency_key: "steps-3" })
  },
  get_balance: { UserNotFound: on({ user_id: "4" }) },
  charge_user: {
    UserNotFound: on({ ...charge, user_id: "4" }),
    InsufficientFunds: on({ ...charge, user_id: "3" }),
    Unavailable: locked({ ...charge, idempotency_key: "steps-4" })
  },
  list_applications: {},
  list_app_versions: { ApplicationNotFound: on({ app_name: "web-shp" }) },
  deploy_application: {
    ApplicationNotFound: on({ ...deploy, app_name: "web-shp" }),
    VersionNotFound: on({ ...deploy, version: "2.1.1" }),
    DeploymentInProgress: async (tool) => {
      const busy = { app_name: "typesetter", environment: "staging" }
      await operations.server.call(tool, busy)
      const { problem } = await operations.fails(tool, busy)
      // or the next one would be the third call that fails the same way
      await operations.succeeds("cancel_deployment", { deployment_id: problem.details!["current_deployment"] })
      return problem
    },
    Unavailable: locked(deploy)
  },
  check_deployment_status: { DeploymentNotFound: on({ deployment_id: "dep_0" }) },
  wait_for_deployment: { DeploymentNotFound: on({ deployment_id: "dep_0" }) },
  cancel_deployment: {
    DeploymentNotFound: on({ deployment_id: "dep_0" }),
    DeploymentEnded: async (tool) => {
      const args = { app_name: "proof-reader", environment: "staging" }
      const { deployment_id } = await short.succeeds("deploy_application", args)
      await short.succeeds("wait_for_deployment", { deployment_id })
      return (await short.fails(tool, { deployment_id })).problem
    },
    Unavailable: locked({ deployment_id: "dep_0" })
  },
  get_transaction: { UserNotFound: on({ user_id: "4", idempotency_key: "steps-5" }) }
}

describe("every error that is declared", () => {
  it.each(Operations.tools.map((tool: Tool.Any) => [tool.name, tool] as const))(
    "can be met: %s",
    async (name, tool) => {
      // readers of a file wait for nobody: what they say of a database that is gone has its own test
      const declared = tool.errors.map((error) => error.identifier).filter((tag) =>
        tag !== "Unavailable" || tool.safety !== "read"
      )
      assert.sameMembers(Object.keys(met[name]!), declared)
      for (const [tag, meet] of Object.entries(met[name]!)) assert.strictEqual((await meet(name)).error, tag)
    }
  )
})

/** The errors of deployments that suggest a call. */
const deploying = ["ApplicationNotFound", "VersionNotFound", "DeploymentInProgress"]

describe("every step that is suggested", () => {
  const all = Object.entries(met).flatMap(([tool, errors]) =>
    Object.entries(errors).map(([tag, meet]) => [tool, tag, meet] as const)
  )

  it.each(all)("can be taken: %s, %s", async (tool, tag, meet) => {
    const { recovery_steps: steps = [] } = await meet(tool)
    if (["ItemNotFound", "ProjectNotFound", "ProjectAlreadyExists", "InsufficientFunds", ...deploying].includes(tag)) {
      assert.isAbove(steps.length, 0)
    }
    for (const step of steps.flatMap((step) => [step, ...step.options ?? []])) {
      const call = Reply.proposedCall(step, operations.tools)
      if (call === undefined) continue
      const result = await operations.server.call(call.tool, call.args)
      if (result.isError === true) {
        // the name that only the model can know may be taken: what is proposed is answered, not refused as a call
        assert.notStrictEqual(Reply.failure(result, operations.tools).problem.category, "validation")
      }
    }
  })
})
