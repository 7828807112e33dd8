/**
 * What the tools of the operations server answer, and how they fail.
 */
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import * as OperationsServer from "./OperationsServer.ts"

OperationsServer.describeOnBoth("the operations server", (database) => {
  let here: OperationsServer.Place
  let operations: OperationsServer.Running
  const fails = (tool: string, args?: object) => operations.fails(tool, args)
  const succeeds = (tool: string, args?: object) => operations.succeeds(tool, args)

  beforeAll(async () => {
    here = OperationsServer.place(database().url)
    operations = await OperationsServer.start(here.options())
  })
  afterAll(async () => {
    await operations.server.stop()
    here.folder.remove()
  })

  describe("users", () => {
    it("are found by id", async () => {
      assert.deepStrictEqual(await succeeds("get_user", { user_id: "123" }), {
        user_id: "123",
        name: "Ottmar Mergenthaler"
      })
    })

    it("are named where the id is nobody's", async () => {
      const { problem, text } = await fails("get_user", { user_id: "122" })
      expect(text).toMatchInlineSnapshot(`
        "User 122 not found.
        Error: not_found (permanent). Do not retry with the same arguments.
        Details: {"user_id":"122","valid_ids":["1","2","3","12","123"]}
        Suggestion: Use one of the valid ids: 1, 2, 3, 12, 123.
        Reference: <ref>"
      `)
      assert.isUndefined(problem.similar_matches, "another person's account is no suggestion")
    })

    it.each(["get_user", "get_balance"])("must have an id of digits: %s", async (tool) => {
      assert.include((await fails(tool)).text, "- user_id: Required.")
      assert.include(
        (await fails(tool, { user_id: "Ottmar" })).text,
        "- user_id: Expected a numeric id: digits only, such as 123."
      )
    })
  })

  describe("items", () => {
    it("are listed, and found by id", async () => {
      const { items } = await succeeds("list_items") as { items: ReadonlyArray<{ id: string; name: string }> }
      assert.isAbove(items.length, 3)
      for (const item of items) assert.deepStrictEqual(await succeeds("get_item", { id: item.id }), { ...item })
    })

    it("that do not exist have similar ids and a list", async () => {
      expect((await fails("get_item", { id: "INK-BLAK" })).text).toMatchInlineSnapshot(`
        "Item INK-BLAK not found.
        Error: not_found (permanent). Do not retry with the same arguments.
        Details: {"id":"INK-BLAK"}
        Suggestion: Use list_items to see the available ids.
        Did you mean: INK-BLACK?
        Next steps:
        1. List the items: list_items {}
        Reference: <ref>"
      `)
    })
  })

  describe("projects", () => {
    const named = async () => ((await succeeds("list_projects"))["projects"] as ReadonlyArray<
      { project_name: string; status: string }
    >)

    it("are created, updated, archived and deleted", async () => {
      const project_name = "gazette"
      for (const action of ["create", "update", "archive"]) {
        const change = { action, project_name }
        assert.deepStrictEqual(await succeeds("manage_project", { ...change, settings: { copies: 200 } }), change)
      }
      assert.deepInclude(await named(), { project_name, status: "archived" })
      await succeeds("manage_project", { action: "delete", project_name })
      assert.notInclude((await named()).map((project) => project.project_name), project_name)
    })

    it("of an unknown action are told the allowed ones", async () => {
      expect((await fails("manage_project", { action: "destroy", project_name: "atlas" })).text)
        .toMatchInlineSnapshot(`
          "Invalid argument action.
          Error: invalid_arguments (validation). Correct the arguments and call again.
          - action: Expected one of "create", "update", "delete", "archive".
          Reference: <ref>"
        `)
    })

    it("that do not exist have similar names", async () => {
      for (const action of ["update", "archive", "delete"]) {
        const { problem } = await fails("manage_project", { action, project_name: "alamanac" })
        assert.deepStrictEqual([problem.type, problem.similar_matches], ["not_found", ["almanac"]])
      }
      expect((await fails("manage_project", { action: "update", project_name: "alamanac" })).text)
        .toMatchInlineSnapshot(`
          "Project alamanac not found.
          Error: not_found (permanent). Do not retry with the same arguments.
          Details: {"project_name":"alamanac"}
          Suggestion: Use list_projects to see the existing names.
          Did you mean: almanac?
          Next steps:
          1. List the projects: list_projects {}
          Reference: <ref>"
        `)
    })

    it("that exist can be updated, or made under another name", async () => {
      expect((await fails("manage_project", { action: "create", project_name: "atlas", settings: { copies: 5 } })).text)
        .toMatchInlineSnapshot(`
          "Project atlas already exists.
          Error: already_exists (permanent). Do not retry with the same arguments.
          Details: {"project_name":"atlas"}
          Suggestion: Update the project, or create one under another name.
          Next steps:
          1. Choose what to do with the project
             a. Update it: manage_project {"action":"update","project_name":"atlas","settings":{"copies":5}}
             b. Create one under another name: manage_project {"action":"create","settings":{"copies":5}} (fill in: project_name)
          Reference: <ref>"
        `)
    })
  })

  describe("charges", () => {
    const charge = { user_id: "2", amount: 12.5, idempotency_key: "tools-1" }

    it("take money, once, and can be looked up", async () => {
      const before = await succeeds("get_balance", { user_id: "2" }) as { balance: number }
      const { transaction_id, ...charged } = await succeeds("charge_user", charge)
      const balance = before.balance - 12.5
      assert.deepStrictEqual(charged, { status: "charged", user_id: "2", amount: 12.5, balance })
      assert.deepStrictEqual(await succeeds("get_balance", { user_id: "2" }), { user_id: "2", balance })
      const { amount: _, ...key } = charge
      assert.deepStrictEqual(await succeeds("get_transaction", key), {
        status: "charged",
        transaction_id,
        amount: 12.5,
        balance
      })
      assert.deepStrictEqual(await succeeds("get_transaction", { ...key, idempotency_key: "tools-0" }), {
        status: "none"
      })
    })

    it("are refused without a key, and with every mistake at once", async () => {
      expect((await fails("charge_user", { user_id: "2", amount: 0.005 })).text).toMatchInlineSnapshot(`
        "Invalid arguments: 2 problems.
        Error: invalid_arguments (validation). Correct the arguments and call again.
        - amount: Expected an amount from 0.01 to 1000000.00 with at most two decimals.
        - idempotency_key: Required. A key of your own for this one intent, such as a UUID: a repeat of the call with the same key takes effect once.
        Reference: <ref>"
      `)
      for (const amount of [0, -1, 1.001, 1_000_000.01, "12.50"]) {
        const { problem } = await fails("charge_user", { ...charge, amount })
        assert.deepStrictEqual(problem.issues?.map(({ path }) => path), [["amount"]], String(amount))
      }
    })

    it("of more than there is are refused, and take nothing", async () => {
      expect((await fails("charge_user", { user_id: "3", amount: 0.01, idempotency_key: "tools-2" })).text)
        .toMatchInlineSnapshot(`
          "User 3 has 0.00, which is less than 0.01.
          Error: insufficient_funds (permanent). Retry only after the user has resolved this.
          Details: {"user_id":"3","amount":0.01,"balance":0}
          Suggestion: Ask the user to pay in.
          Next steps:
          1. Look at the balance again: get_balance {"user_id":"3"}
          Reference: <ref>"
        `)
      assert.deepStrictEqual(await succeeds("get_balance", { user_id: "3" }), { user_id: "3", balance: 0 })
      const { text } = await fails("charge_user", { user_id: "2", amount: 1_000, idempotency_key: "tools-3" })
      assert.match(text, /Suggestion: Charge at most \d+\.\d\d, or ask the user to pay in\./)
    })

    it.each(["get_balance", "charge_user", "get_transaction"])(
      "name the users where there is none: %s",
      async (tool) => {
        const args = { user_id: "4", ...tool === "get_balance" ? {} : { idempotency_key: "tools-4" } }
        const { problem } = await fails(tool, tool === "charge_user" ? { ...args, amount: 1 } : args)
        assert.deepStrictEqual([problem.error, problem.details?.["valid_ids"]], ["UserNotFound", [
          "1",
          "2",
          "3",
          "12",
          "123"
        ]])
      }
    )
  })
})

describe("what a caller may do", () => {
  it("is said by ERRATA_PERMISSIONS where nobody has signed in", async () => {
    const here = OperationsServer.place()
    const operations = await OperationsServer.start(here.options({ ERRATA_PERMISSIONS: "projects:create, other:*" }))
    try {
      await operations.succeeds("manage_project", { action: "create", project_name: "broadsheet" })
      const { problem, text } = await operations.fails("manage_project", { action: "delete", project_name: "atlas" })
      expect(text).toMatchInlineSnapshot(`
        "No permission to delete project atlas.
        Error: permission_denied (permanent). Retry only after the user has resolved this.
        Details: {"action":"delete","resource":"project atlas","required_permission":"projects:delete"}
        Reference: <ref>"
      `)
      assert.deepStrictEqual(problem.details, {
        action: "delete",
        resource: "project atlas",
        required_permission: "projects:delete"
      })
      const missing = await operations.fails("manage_project", { action: "delete", project_name: "no such project" })
      assert.strictEqual(missing.problem.type, "permission_denied", "who may not do it learns nothing else")
    } finally {
      await operations.server.stop()
      here.folder.remove()
    }
  })
})
