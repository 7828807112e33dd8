/**
 * Defines the tools of the operations server, without their code.
 */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Verified from "@errata/core/Verified"
import * as Schema from "effect/Schema"
import { Key, lease } from "../shared/keys.ts"
import { InsufficientFunds, ItemNotFound, ProjectAlreadyExists, ProjectNotFound, UserNotFound } from "./errors.ts"
import { Money, Price } from "./money.ts"

const UserId = Schema.String.annotate({ description: "The user's id: digits", examples: ["123"] }).check(
  Schema.isPattern(/^\d{1,20}$/, { expected: "a numeric id: digits only, such as 123" })
)

export const getUser = Tool.make("get_user", {
  title: "Get a user",
  description: "Returns a user by id.",
  input: { user_id: UserId },
  output: { user_id: Schema.String, name: Schema.String },
  errors: [UserNotFound, Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

const Item = Schema.Struct({ id: Schema.String, name: Schema.String })

export const getItem = Tool.make("get_item", {
  title: "Get an item",
  description: "Returns an item of the stock by id.",
  input: {
    id: Schema.NonEmptyString.annotate({
      description: "The item's id, as list_items gives it",
      examples: ["INK-BLACK"]
    })
  },
  output: Item,
  errors: [ItemNotFound, Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

export const listItems = Tool.make("list_items", {
  title: "List items",
  description: "Lists the items of the stock.",
  output: { items: Schema.Array(Item) },
  errors: [Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

export const listProjects = Tool.make("list_projects", {
  title: "List projects",
  description: "Lists the projects and whether they are active or archived.",
  output: {
    projects: Schema.Array(
      Schema.Struct({ project_name: Schema.String, status: Schema.Literals(["active", "archived"]) })
    ),
    total: Schema.Int.annotate({ description: "How many projects there are; at most 1000 are listed" })
  },
  errors: [Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

const ProjectAction = Schema.Literals(["create", "update", "delete", "archive"])

export const manageProject = Tool.make("manage_project", {
  title: "Manage a project",
  description: "Creates, updates, archives or deletes a project.",
  input: {
    action: ProjectAction.annotate({ description: "What to do with the project" }),
    project_name: Schema.String.annotate({ description: "The project's name", examples: ["almanac"] }).check(
      Schema.isPattern(/^\S(.{0,98}\S)?$/, { expected: "a name of 1 to 100 characters without space around it" })
    ),
    settings: Schema.optionalKey(
      Schema.Record(Schema.String, Schema.Json).annotate({
        description: "The project's settings, for create and update; they take the place of those before"
      })
    ),
    idempotency_key: Schema.optionalKey(Key)
  },
  output: { action: ProjectAction, project_name: Schema.String },
  errors: [ProjectNotFound, ProjectAlreadyExists, Errors.PermissionDenied, Errors.Unavailable],
  safety: "keyed",
  keyed: { field: "idempotency_key", lease },
  effects: "marked",
  isDestructive: true,
  isOpenWorld: false
})

export const getBalance = Tool.make("get_balance", {
  title: "Get a balance",
  description: "Returns how much a user's account holds.",
  input: { user_id: UserId },
  output: { user_id: Schema.String, balance: Money },
  errors: [UserNotFound, Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

export const getTransaction = Tool.make("get_transaction", {
  title: "Get a transaction",
  description: "Says whether a charge with an idempotency key took place: charged, or none.",
  input: { user_id: UserId, idempotency_key: Key },
  output: {
    status: Schema.Literals(["charged", "none"]),
    transaction_id: Schema.optionalKey(Schema.String),
    amount: Schema.optionalKey(Money),
    balance: Schema.optionalKey(Money.annotate({ description: "What was left after the charge" }))
  },
  errors: [UserNotFound, Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

export const chargeUser = Tool.make("charge_user", {
  title: "Charge a user",
  description: "Takes an amount from a user's account. A repeat with the same idempotency key charges once.",
  input: {
    user_id: UserId,
    amount: Price.annotate({ description: "The amount to charge, with at most two decimals" }),
    idempotency_key: Key
  },
  output: {
    status: Schema.Literal("charged"),
    user_id: Schema.String,
    amount: Money,
    transaction_id: Schema.String,
    balance: Money.annotate({ description: "What is left" })
  },
  errors: [UserNotFound, InsufficientFunds, Errors.Unavailable],
  safety: "keyed",
  keyed: { field: "idempotency_key", lease },
  effects: "marked",
  verify: {
    tool: getTransaction,
    parameters: ({ idempotency_key, user_id }) => ({ user_id, idempotency_key }),
    // that there is none yet says nothing: the charge may still be under way
    outcome: ({ amount, balance, transaction_id }, { user_id }) =>
      amount === undefined || balance === undefined || transaction_id === undefined
        ? Verified.cannotTell
        : Verified.tookEffect({ status: "charged" as const, user_id, amount, transaction_id, balance })
  },
  isDestructive: true,
  isOpenWorld: false
})
