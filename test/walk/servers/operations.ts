/** Provokes every error of the operations server, on SQLite. */
import * as Operations from "@errata/examples/operations/toolkit"
import * as Meta from "@errata/mcp-adapter/Meta"
import type * as Walk from "@errata/mcp-adapter/walk"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { entryOf, makeFolder, type Stage } from "./stage.ts"

/** Locks the database as another process would. */
const locker = (file: string): { readonly lock: () => void; readonly unlock: () => void } => {
  let other: DatabaseSync | undefined
  return {
    lock: () => {
      other = new DatabaseSync(file, { timeout: 10_000 })
      other.exec("BEGIN EXCLUSIVE")
    },
    unlock: () => {
      other?.close()
      other = undefined
    }
  }
}

const key = "3f1d2b54-0f0e-4f2e-9d53-7c9b0f3c1a10"

/** A database that another process has locked, and that is free again when the client comes back. */
const locked = (file: string, args: Walk.Arguments = {}): Walk.Provocation => {
  const { lock, unlock } = locker(file)
  return { arguments: args, before: lock, meanwhile: unlock, after: unlock }
}

/** Readers do not wait for who writes: reading a SQLite file is never unavailable. */
const readers = [
  "get_user",
  "get_item",
  "list_items",
  "list_projects",
  "get_balance",
  "get_transaction",
  "list_applications",
  "list_app_versions",
  "check_deployment_status",
  "wait_for_deployment"
]

export const make = async (): Promise<Stage> => {
  const folder = await makeFolder()
  const file = join(folder.path, "operations.sqlite")
  const server = {
    command: process.execPath,
    args: [entryOf("operations")],
    env: { ERRATA_DATA: folder.path, ERRATA_DATABASE_WAIT: "1 second", ERRATA_DEPLOYMENT_TIME: "400 millis" },
    wait: () => undefined
  }
  return {
    name: "operations",
    walks: [
      {
        ...server,
        definitions: Operations.Operations.tools,
        except: readers.map((tool) => `${tool}: Unavailable`),
        provoke: provoke(file)
      },
      { ...server, env: { ...server.env, ERRATA_PERMISSIONS: "projects:update" }, provoke: denied },
      // of its own: while it is locked no deployment of the others gets on
      {
        ...server,
        env: { ...server.env, ERRATA_DATA: join(folder.path, "busy") },
        provoke: busy(join(folder.path, "busy", "operations.sqlite"))
      }
    ],
    close: folder.remove
  }
}

const denied: Walk.Provocations = {
  manage_project: {
    PermissionDenied: {
      arguments: { action: "delete", project_name: "atlas" },
      ends: "handed over"
    }
  }
}

const busy = (file: string): Walk.Provocations => ({
  manage_project: { Unavailable: locked(file, { action: "archive", project_name: "psalter" }) },
  charge_user: {
    Unavailable: {
      ...locked(file, { user_id: "12", amount: 7, idempotency_key: `${key}-5` }),
      effects: count(file, "SELECT count(*) AS n FROM transactions")
    }
  },
  deploy_application: { Unavailable: locked(file, { app_name: "typesetter", environment: "production" }) },
  cancel_deployment: { Unavailable: cancelled(file) }
})

interface Deployment {
  readonly deployment_id: string
}

/** Begins a deployment, and remembers its id. */
const begin = () => {
  let id = ""
  return {
    id: (): string => id,
    deploy: (app_name: string, environment: string) => async (call: Walk.CallTool) => {
      const { _meta, structuredContent } = await call("deploy_application", { app_name, environment })
      const { current_deployment } = Meta.problem(_meta as Walk.Arguments | undefined)?.details ?? {}
      id = (current_deployment as string | undefined) ?? (structuredContent as Deployment).deployment_id // one was begun before
    }
  }
}

/** An id whose last character was mistyped. */
const mistyped = (): Walk.Provocation => {
  const { deploy, id } = begin()
  return {
    before: deploy("proof-reader", "development"),
    arguments: () => ({ deployment_id: id().replace(/.$/, (last) => last === "0" ? "1" : "0") }),
    note: "mistyped"
  }
}

/** A deployment that is to be cancelled while another process has the database. */
const cancelled = (file: string): Walk.Provocation => {
  const { deploy, id } = begin()
  const { lock, unlock } = locker(file)
  return {
    before: async (call) => {
      await deploy("typesetter", "development")(call)
      lock()
    },
    arguments: () => ({ deployment_id: id() }),
    meanwhile: unlock,
    after: unlock
  }
}

const ended = (): Walk.Provocation => {
  const { deploy, id } = begin()
  return {
    before: async (call) => {
      await deploy("typesetter", "production")(call)
      await call("wait_for_deployment", { deployment_id: id() })
    },
    arguments: () => ({ deployment_id: id() }),
    intent: { version: "2.9.5" }
  }
}

const count = (file: string, statement: string) => (): number => {
  const database = new DatabaseSync(file)
  try {
    return Number(database.prepare(statement).get()?.["n"])
  } finally {
    database.close()
  }
}

const provoke = (file: string): Walk.Provocations => ({
  get_user: {
    UserNotFound: { arguments: { user_id: "124" }, intent: { user_id: "123" } },
    InvalidArguments: [
      { arguments: { user_id: "Ottmar" }, intent: { user_id: "123" }, note: "no digits" },
      { arguments: {}, intent: { user_id: "123" }, note: "nothing given" },
      { arguments: { userId: "123" }, note: "another spelling of the field" }
    ]
  },
  get_usr: { UnknownTool: { arguments: { user_id: "123" } } },
  get_item: {
    ItemNotFound: [
      { arguments: { id: "INK-BLAKC" }, note: "misspelt" },
      { arguments: { id: "LETTERPRESS" }, intent: { id: "COMPOSING-STICK" }, note: "nothing is near" }
    ],
    InvalidArguments: { arguments: { id: "" }, intent: { id: "INK-RED" } }
  },
  manage_project: {
    InvalidArguments: { arguments: { action: "archve", project_name: "atlas" }, note: "unknown action" },
    ProjectNotFound: { arguments: { action: "update", project_name: "almanack", settings: { colour: "red" } } },
    ProjectAlreadyExists: [
      { arguments: { action: "create", project_name: "herbal" }, choose: "Update", note: "update it" },
      {
        arguments: { action: "create", project_name: "herbal" },
        choose: "another name",
        intent: { project_name: "bestiary" },
        note: "another name"
      }
    ]
  },
  get_balance: {
    UserNotFound: { arguments: { user_id: "99" }, intent: { user_id: "12" } }
  },
  charge_user: {
    UserNotFound: { arguments: { user_id: "99", amount: 5, idempotency_key: `${key}-1` }, intent: { user_id: "12" } },
    InvalidArguments: {
      arguments: { user_id: "12", amount: 0.001, idempotency_key: `${key}-2` },
      intent: { amount: 1 }
    },
    InsufficientFunds: {
      arguments: { user_id: "2", amount: 300, idempotency_key: `${key}-3` },
      intent: { amount: 250.5 },
      effects: count(file, "SELECT count(*) AS n FROM transactions")
    },
    IdempotencyConflict: {
      arguments: { user_id: "1", amount: 6, idempotency_key: `${key}-4` },
      before: (call) => call("charge_user", { user_id: "1", amount: 5, idempotency_key: `${key}-4` }),
      intent: { amount: 5 },
      effects: count(file, "SELECT count(*) AS n FROM transactions")
    }
  },
  get_transaction: {
    UserNotFound: { arguments: { user_id: "99", idempotency_key: `${key}-6` }, intent: { user_id: "12" } }
  },
  list_app_versions: {
    ApplicationNotFound: [
      { arguments: { app_name: "webshop" }, note: "misspelt" },
      { arguments: { app_name: "printer" }, intent: { app_name: "typesetter" }, note: "nothing is near" }
    ]
  },
  deploy_application: {
    ApplicationNotFound: [
      { arguments: { app_name: "web-shp", environment: "development" }, note: "misspelt" },
      {
        arguments: { app_name: "bindery", environment: "development" },
        intent: { app_name: "typesetter" },
        note: "nothing is near"
      }
    ],
    InvalidArguments: [
      { arguments: { app_name: "proof-reader", environment: "stageing" }, note: "unknown environment" }
    ],
    DeploymentInProgress: [
      {
        before: begin().deploy("web-shop", "staging"),
        arguments: { app_name: "web-shop", environment: "staging" },
        choose: "Wait",
        note: "wait for it"
      },
      {
        before: begin().deploy("web-shop", "production"),
        arguments: { app_name: "web-shop", environment: "production" },
        choose: "Cancel",
        note: "cancel it"
      }
    ],
    VersionNotFound: [
      { arguments: { app_name: "proof-reader", environment: "development", version: "1.4.3" }, note: "near" },
      { arguments: { app_name: "proof-reader", environment: "production", version: "latest" }, note: "nothing is near" }
    ]
  },
  check_deployment_status: { DeploymentNotFound: [mistyped(), unknown] },
  wait_for_deployment: { DeploymentNotFound: [mistyped(), unknown] },
  cancel_deployment: {
    DeploymentNotFound: unknown,
    DeploymentEnded: ended()
  }
})

/** The client knows no id: the text says where one comes from. */
const unknown: Walk.Provocation = { arguments: { deployment_id: "dep_0" }, ends: "told", note: "made up" }
