/**
 * How applications are deployed, watched and cancelled, and what is proposed where that cannot be.
 */
import { afterAll, assert, beforeAll, expect, it } from "vitest"
import * as OperationsServer from "./OperationsServer.ts"

OperationsServer.describeOnBoth("deployments", (database) => {
  let here: OperationsServer.Place
  let slow: OperationsServer.Running
  let quick: OperationsServer.Running
  const deploy = (app_name: string, environment = "staging") => ({ app_name, environment })

  beforeAll(async () => {
    here = OperationsServer.place(database().url)
    slow = await OperationsServer.start(here.options({ ERRATA_DEPLOYMENT_TIME: "1 hour" }))
    quick = await OperationsServer.start(here.options({ ERRATA_DEPLOYMENT_TIME: "600 millis" }))
  })
  afterAll(async () => {
    await Promise.all([slow.server.stop(), quick.server.stop()])
    here.folder.remove()
  })

  it("are begun, and say what comes next", async () => {
    const { applications } = await slow.succeeds("list_applications")
    assert.deepInclude(applications, { app_name: "typesetter", newest_version: "3.0.0" })
    assert.deepStrictEqual(await slow.succeeds("list_app_versions", { app_name: "typesetter" }), {
      app_name: "typesetter",
      versions: ["3.0.0", "2.9.5"]
    })
    const { deployment_id, next_steps, ...begun } = await slow.succeeds("deploy_application", deploy("typesetter"))
    assert.deepStrictEqual(begun, { status: "in_progress", estimated_duration: 3_600 })
    const steps = next_steps as ReadonlyArray<{ tool: string; parameters: object }>
    assert.deepStrictEqual(steps.map(({ tool }) => tool), ["check_deployment_status", "wait_for_deployment"])
    assert.deepStrictEqual(await slow.succeeds(steps[0]!.tool, steps[0]!.parameters), {
      deployment_id,
      status: "in_progress"
    })
  })

  it("of what does not exist lead to the list, and back", async () => {
    expect((await slow.fails("deploy_application", deploy("typesettr"))).text).toMatchInlineSnapshot(`
      "Application typesettr not found.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"app_name":"typesettr"}
      Suggestion: Use list_applications to see the existing names.
      Did you mean: typesetter?
      Next steps:
      1. List the applications: list_applications {}
      2. Deploy the one that is meant: deploy_application {"environment":"staging"} (fill in: app_name)
      Reference: <ref>"
    `)
    expect((await slow.fails("deploy_application", { ...deploy("web-shop"), version: "2.0.2" })).text)
      .toMatchInlineSnapshot(`
        "Application web-shop has no version 2.0.2.
        Error: not_found (permanent). Do not retry with the same arguments.
        Details: {"app_name":"web-shop","version":"2.0.2"}
        Suggestion: Choose a version that list_app_versions names, or leave it out to deploy the newest.
        Did you mean: 2.0.1, 2.0.0, 2.1.0?
        Next steps:
        1. List the versions: list_app_versions {"app_name":"web-shop"}
        2. Choose what to deploy
           a. Deploy the newest version: deploy_application {"app_name":"web-shop","environment":"staging"}
        Reference: <ref>"
      `)
  })

  it("to an unknown environment name the nearest, and the safest as an option", async () => {
    expect((await slow.fails("deploy_application", deploy("web-shop", "prod"))).text).toMatchInlineSnapshot(`
      "Invalid argument environment.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - environment: Expected one of "development", "staging", "production"; did you mean "production"?
      Next steps:
      1. Choose an environment
         a. Deploy to staging, the safest: deploy_application {"environment":"staging"} (fill in: app_name)
      Reference: <ref>"
    `)
  })

  it("to an environment that receives another wait, or cancel it", async () => {
    const calls = await Promise.all(
      [slow, quick, slow, quick].map(({ server }) =>
        server.call("deploy_application", deploy("web-shop", "production"))
      )
    )
    assert.lengthOf(calls.filter(({ isError }) => isError !== true), 1, "of four at once, one begins")
    const { deployment_id } = await slow.succeeds("deploy_application", deploy("web-shop", "development"))
    const { text } = await quick.fails("deploy_application", deploy("web-shop", "development"))
    expect(text.replaceAll(String(deployment_id), "<id>")).toMatchInlineSnapshot(`
      "Another deployment of web-shop to development is in progress: <id>.
      Error: conflict (permanent). Retry only after this is resolved.
      Details: {"app_name":"web-shop","environment":"development","current_deployment":"<id>"}
      Suggestion: Wait for the current deployment, or cancel it.
      Next steps:
      1. Look how far it is: check_deployment_status {"deployment_id":"<id>"}
      2. Choose what to do about it
         a. Wait for it: wait_for_deployment {"deployment_id":"<id>"}
         b. Cancel it: cancel_deployment {"deployment_id":"<id>"}
      Reference: <ref>"
    `)
    for (const _ of ["once", "again"]) {
      assert.deepStrictEqual(await slow.succeeds("cancel_deployment", { deployment_id }), {
        deployment_id,
        status: "cancelled"
      })
    }
    await slow.succeeds("deploy_application", deploy("web-shop", "development"))
  })

  it("are waited for, with progress, and end", async () => {
    const { deployment_id } = await quick.succeeds("deploy_application", deploy("proof-reader"))
    const result = await quick.server.call("wait_for_deployment", { deployment_id }, { progressToken: "wait" })
    assert.deepStrictEqual(OperationsServer.output(result), { deployment_id, status: "succeeded" })
    const told = quick.server.frames.filter(({ method }) => method === "notifications/progress")
    assert.isAtLeast(told.length, 1)
    const { problem } = await quick.fails("cancel_deployment", { deployment_id })
    assert.deepStrictEqual([problem.error, problem.details?.["status"]], ["DeploymentEnded", "succeeded"])
  })

  it("are waited for no longer than the client wants", async () => {
    const { deployment_id } = await slow.succeeds("deploy_application", deploy("proof-reader", "production"))
    const id = slow.server.ask("tools/call", {
      name: "wait_for_deployment",
      arguments: { deployment_id },
      _meta: { progressToken: "cancelled" }
    })
    await slow.server.wait(
      "progress",
      () => slow.server.frames.some(({ params }) => params?.["progressToken"] === "cancelled")
    )
    slow.server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } })
    const line = await slow.server.logLine("the end", (line) => line["tool"] === "wait_for_deployment")
    assert.strictEqual(line["outcome"], "cancelled")
  })
})
