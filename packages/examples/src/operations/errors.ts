/**
 * Names what can go wrong with users, items, projects and money, as a model and a program will read it.
 */
import * as ErrorType from "@errata/core/ErrorType"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"
import { format, Money } from "./money.ts"

/** Nobody has that id. */
export class UserNotFound extends ToolError.Permanent<UserNotFound>()("UserNotFound", {
  user_id: Schema.String,
  valid_ids: Schema.Array(Schema.String)
}, {
  type: "not_found",
  when: "Nobody has that id",
  message: (e) => `User ${e.user_id} not found`,
  suggestion: (e) => `Use one of the valid ids: ${e.valid_ids.join(", ")}`
}) {}

/** Nothing in stock has that id. */
export class ItemNotFound extends ToolError.Permanent<ItemNotFound>()("ItemNotFound", {
  id: Schema.String
}, {
  type: "not_found",
  when: "Nothing in stock has that id",
  message: (e) => `Item ${e.id} not found`,
  suggestion: "Use list_items to see the available ids"
}) {}

/** No project has that name. */
export class ProjectNotFound extends ToolError.Permanent<ProjectNotFound>()("ProjectNotFound", {
  project_name: Schema.String
}, {
  type: "not_found",
  when: "No project has that name",
  message: (e) => `Project ${e.project_name} not found`,
  suggestion: "Use list_projects to see the existing names"
}) {}

/** A project has that name already. */
export class ProjectAlreadyExists extends ToolError.Permanent<ProjectAlreadyExists>()("ProjectAlreadyExists", {
  project_name: Schema.String
}, {
  type: "already_exists",
  when: "A project has that name already",
  message: (e) => `Project ${e.project_name} already exists`,
  suggestion: "Update the project, or create one under another name"
}) {}

const insufficientFunds = ErrorType.make("insufficient_funds", {
  title: "Insufficient funds",
  advice: "Retry only after the user has resolved this.",
  resolvedBy: "user"
})

/** The account holds less than is to be charged. */
export class InsufficientFunds extends ToolError.Permanent<InsufficientFunds>()("InsufficientFunds", {
  user_id: Schema.String,
  amount: Money,
  balance: Money
}, {
  type: insufficientFunds,
  when: "The account holds less than is to be charged",
  message: (e) => `User ${e.user_id} has ${format(e.balance)}, which is less than ${format(e.amount)}`,
  suggestion: (e) =>
    e.balance > 0 ? `Charge at most ${format(e.balance)}, or ask the user to pay in` : "Ask the user to pay in"
}) {}
