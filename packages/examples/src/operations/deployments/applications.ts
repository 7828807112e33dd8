/**
 * Answers what is asked about applications.
 */
import * as Suggestion from "@errata/core/Suggestion"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as Database from "../database/Database.ts"
import { ApplicationNotFound } from "./errors.ts"
import * as Tools from "./tools.ts"

/** Says what is to be deployed, and where. */
export type Deploy = typeof Tools.deployApplication.input.Type

const newestFirst = Effect.fnUntraced(function*(app_name: string) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ version: string }>`
    SELECT version FROM app_versions WHERE app_name = ${app_name} ORDER BY released DESC`
  return rows.map((row) => row.version)
})

const names = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ app_name: string }>`SELECT DISTINCT app_name FROM app_versions ORDER BY app_name`
).pipe(Effect.map((rows) => rows.map((row) => row.app_name)))

/** The versions of an application, or what can be done where there is none. A deployment that was wanted is proposed again. */
export const versionsOf = Effect.fnUntraced(function*(app_name: string, deploy?: Deploy) {
  const versions = yield* newestFirst(app_name)
  if (versions.length > 0) return versions
  const list = Tool.step(Tools.listApplications, {}, { action: "List the applications" })
  const steps = deploy === undefined ? [list] : [
    list,
    Tool.step(Tools.deployApplication, { environment: deploy.environment }, {
      action: "Deploy the one that is meant",
      fill: ["app_name"]
    })
  ]
  return yield* ToolError.withGuidance(new ApplicationNotFound({ app_name }), {
    similarMatches: Suggestion.similar(app_name, yield* names),
    steps
  })
})

/** The handler of `list_applications`. */
export const listApplications = () =>
  Effect.gen(function*() {
    const applications = yield* Effect.forEach(yield* names, (app_name) =>
      Effect.map(newestFirst(app_name), ([newest_version = ""]) => ({ app_name, newest_version })))
    return { applications }
  }).pipe(Database.orDie)

/** The handler of `list_app_versions`. */
export const listAppVersions = ({ app_name }: { readonly app_name: string }) =>
  Database.orDie(Effect.map(versionsOf(app_name), (versions) => ({ app_name, versions })))
