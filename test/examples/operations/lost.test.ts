/**
 * What callers are told while the database is gone: to come back, and nothing of the database.
 */
import { assert, it } from "vitest"
import { describeWith } from "../../services/service.ts"
import * as OperationsServer from "./OperationsServer.ts"

const calls = [
  ["get_user", { user_id: "1" }],
  ["list_items", {}],
  ["list_projects", {}],
  ["get_balance", { user_id: "1" }],
  ["get_transaction", { user_id: "1", idempotency_key: "lost-1" }],
  ["check_deployment_status", { deployment_id: "dep_0" }],
  ["charge_user", { user_id: "1", amount: 1, idempotency_key: "lost-2" }],
  ["manage_project", { action: "create", project_name: "leaflet" }],
  ["deploy_application", { app_name: "web-shop", environment: "staging" }]
] as const

describeWith("postgres", "operations without their database", (postgres) => {
  it("are unavailable, which passes; no reply says more", async () => {
    const url = `postgres://postgres@127.0.0.1:${postgres().port}/postgres`
    const here = OperationsServer.place(url)
    const operations = await OperationsServer.start(here.options())
    try {
      await operations.succeeds("get_user", { user_id: "1" })
      process.kill(postgres().pid, "SIGQUIT")
      for (const [tool, args] of calls) {
        const { problem, text } = await operations.fails(tool, args)
        assert.deepStrictEqual([problem.type, problem.retry.should_retry], ["unavailable", true], tool)
        assert.notMatch(text, /postgres|127\.0\.0\.1|ECONN|sql/i, tool)
      }
    } finally {
      await operations.server.stop()
      here.folder.remove()
    }
  }, 60_000)
})
