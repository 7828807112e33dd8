/**
 * Deployments are durable: they go on where their server was killed, in another one too, and undo what they did when they fail.
 */
import { afterEach, assert, beforeEach, it } from "vitest"
import * as OperationsServer from "./OperationsServer.ts"

OperationsServer.describeOnBoth("deployments that are cut off", (database) => {
  let here: OperationsServer.Place
  const running: Array<OperationsServer.Running> = []
  const start = async (env: { readonly [name: string]: string }): Promise<OperationsServer.Running> => {
    const server = await OperationsServer.start(here.options(env))
    running.push(server)
    return server
  }

  beforeEach(() => {
    here = OperationsServer.place(database().url)
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ server }) => server.stop()))
    here.folder.remove()
  })

  it("end in another server, when theirs was killed", async () => {
    const first = await start({ ERRATA_DEPLOYMENT_TIME: "4 seconds", ERRATA_TAKE_OVER: "3 seconds" })
    const begun = await first.succeeds("deploy_application", { app_name: "typesetter", environment: "staging" })
    const { deployment_id } = begun
    running.pop()
    first.server.signal("SIGKILL")
    await first.server.exit()
    const second = await start({ ERRATA_TAKE_OVER: "3 seconds" })
    assert.deepStrictEqual(await second.succeeds("wait_for_deployment", { deployment_id }), {
      deployment_id,
      status: "succeeded"
    })
  })

  it("undo what they did when they fail", async () => {
    const server = await start({ ERRATA_DEPLOYMENT_TIME: "100 millis", ERRATA_DEPLOYMENT_FAILS: "verify" })
    const deploy = { app_name: "typesetter", environment: "production" }
    const { deployment_id } = await server.succeeds("deploy_application", deploy)
    assert.deepStrictEqual(await server.succeeds("wait_for_deployment", { deployment_id }), {
      deployment_id,
      status: "failed"
    })
    await server.succeeds("deploy_application", deploy)
  })
})
