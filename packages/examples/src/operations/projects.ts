/**
 * Lists projects and changes them.
 */
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Suggestion from "@errata/core/Suggestion"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import { transaction } from "../shared/sql/transaction.ts"
import * as Database from "./database/Database.ts"
import { ProjectAlreadyExists, ProjectNotFound } from "./errors.ts"
import { makeId } from "./ids.ts"
import * as Permissions from "./Permissions.ts"
import * as Tools from "./tools.ts"

interface Project {
  readonly project_name: string
  readonly status: "active" | "archived"
}

/** Says how many projects are listed. */
const maxProjects = 1_000

/** The handler of `list_projects`. */
export const listProjects = () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient
    const projects = yield* sql<Project>`
      SELECT project_name, status FROM projects ORDER BY project_name LIMIT ${maxProjects}`
    const [row] = yield* sql<{ total: number }>`SELECT count(*) AS total FROM projects`
    return { projects, total: Number(row?.total) }
  }).pipe(Database.orDie)

type Change = typeof Tools.manageProject.input.Type

const notFound = Effect.fnUntraced(function*(project_name: string) {
  const sql = yield* SqlClient
  const rows = yield* sql<Project>`SELECT project_name FROM projects ORDER BY project_name`
  return yield* ToolError.withGuidance(new ProjectNotFound({ project_name }), {
    similarMatches: Suggestion.similar(project_name, rows.map((row) => row.project_name)),
    steps: [Tool.step(Tools.listProjects, {}, { action: "List the projects" })]
  })
})

const alreadyExists = ({ project_name, settings }: Change) => {
  const given = settings === undefined ? {} : { settings }
  return ToolError.withGuidance(new ProjectAlreadyExists({ project_name }), {
    steps: [
      RecoveryStep.choice("Choose what to do with the project", [
        Tool.step(Tools.manageProject, { action: "update", project_name, ...given }, { action: "Update it" }),
        Tool.step(Tools.manageProject, { action: "create", ...given }, {
          action: "Create one under another name",
          fill: ["project_name"]
        })
      ])
    ]
  })
}

/** Writes the change, and says whether there was something to change. */
const write = Effect.fnUntraced(function*({ action, project_name, settings }: Change, changed_at: number) {
  const sql = yield* SqlClient
  const given = settings === undefined ? undefined : JSON.stringify(settings)
  switch (action) {
    case "create":
      return yield* sql`INSERT INTO projects ${
        sql.insert({ project_name, status: "active", settings: given ?? "{}", changed_at })
      } ON CONFLICT (project_name) DO NOTHING RETURNING project_name`
    case "update":
      return yield* sql`UPDATE projects SET settings = COALESCE(${given ?? null}, settings), changed_at = ${changed_at}
        WHERE project_name = ${project_name} RETURNING project_name`
    case "archive":
      return yield* sql`UPDATE projects SET status = 'archived', changed_at = ${changed_at}
        WHERE project_name = ${project_name} RETURNING project_name`
    case "delete":
      return yield* sql`DELETE FROM projects WHERE project_name = ${project_name} RETURNING project_name`
  }
})

/** The handler of `manage_project`: the change and its record are one transaction. */
export const manageProject = Effect.fnUntraced(function*(change: Change) {
  const { action, project_name } = change
  yield* Permissions.require("projects", action, `project ${project_name}`)
  const sql = yield* SqlClient
  return yield* transaction(Effect.gen(function*() {
    const changed_at = yield* Clock.currentTimeMillis
    const changed = yield* write(change, changed_at)
    if (changed.length === 0) {
      return yield* action === "create" ? Effect.fail(alreadyExists(change)) : notFound(project_name)
    }
    const change_id = yield* makeId("chg")
    yield* sql`INSERT INTO project_changes ${sql.insert({ change_id, project_name, action, changed_at })}`
    return { action, project_name }
  }))
}, Database.orDie)
