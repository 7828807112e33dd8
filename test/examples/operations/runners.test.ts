/**
 * Servers that are runners of one cluster: a deployment ends where its server was killed, in another one.
 */
import { afterEach, assert, it } from "vitest"
import { freePort } from "../../durable/support/database.ts"
import { describeWith } from "../../services/service.ts"
import * as OperationsServer from "./OperationsServer.ts"

describeWith("postgres", "operations servers that are runners", (postgres) => {
  const cleanups: Array<() => unknown> = []
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean()
  })

  it("take over from each other", async () => {
    const here = OperationsServer.place(`postgres://postgres@127.0.0.1:${postgres().port}/postgres`)
    cleanups.push(() => here.folder.remove())
    const start = async () => {
      const running = await OperationsServer.start(here.options({
        ERRATA_RUNNER_PORT: `${await freePort()}`,
        ERRATA_DEPLOYMENT_TIME: "4 seconds",
        ERRATA_TAKE_OVER: "3 seconds"
      }))
      cleanups.push(() => running.server.stop())
      return running
    }
    const [first, second] = await Promise.all([start(), start()])
    const apps = ["typesetter", "proof-reader"]
    const begun = await Promise.all(
      apps.map((app_name) => first.succeeds("deploy_application", { app_name, environment: "staging" }))
    )
    first.server.signal("SIGKILL")
    await first.server.exit()
    for (const { deployment_id } of begun) {
      assert.deepStrictEqual(await second.succeeds("wait_for_deployment", { deployment_id }), {
        deployment_id,
        status: "succeeded"
      })
    }
  }, 60_000)
})
