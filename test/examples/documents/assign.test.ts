/**
 * What `assign_to_category` leaves behind: one assignment, one notification, one line of the audit.
 */
import { DatabaseSync } from "node:sqlite"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as DocumentsServer from "./DocumentsServer.ts"

const here = DocumentsServer.place()
let server: StdioServer.StdioServer
let tools: ReadonlyArray<Reply.ListedTool>

beforeAll(async () => {
  server = await StdioServer.start(here.options())
  tools = await DocumentsServer.tools(server)
})
afterAll(async () => {
  await server.stop()
  here.folder.remove()
})

const assign = (args: object) => server.call("assign_to_category", args)

const withoutMeta = ({ _meta, ...result }: StdioServer.CallToolResult): StdioServer.CallToolResult => result

/** How many rows each table has. */
const rows = () => {
  const database = new DatabaseSync(here.data("documents.sqlite"), { readOnly: true })
  try {
    return ["assignments", "notifications", "audit"].map((table) =>
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"])
    )
  } finally {
    database.close()
  }
}

describe("an assignment", () => {
  it("is listed, notified and audited", async () => {
    const document_id = "data/orders.csv"
    const { assignment_id, ...assigned } = DocumentsServer.output(
      await assign({ document_id, category: "to-be-proofread", idempotency_key: "assign-1" })
    )
    assert.deepStrictEqual(assigned, { status: "assigned", document_id, category: "to-be-proofread" })
    assert.match(String(assignment_id), /^asg_/)
    assert.deepStrictEqual(rows(), [1, 1, 1])
    const { documents } = DocumentsServer.output(await server.call("list_documents"))
    const listed = (documents as ReadonlyArray<DocumentsServer.Output>).find((one) =>
      one["document_id"] === document_id
    )
    assert.deepStrictEqual(listed?.["categories"], ["data", "to-be-proofread"])
  })

  it("of a document that does not exist is none", async () => {
    const before = rows()
    const args = { document_id: "data/order.csv", category: "x", idempotency_key: "assign-2" }
    const { problem } = Reply.failure(await assign(args), tools)
    assert.deepStrictEqual([problem.error, problem.similar_matches?.[0]], ["DocumentNotFound", "data/orders.csv"])
    assert.deepStrictEqual(rows(), before)
  })

  it("needs a key, and tells every mistake at once", async () => {
    const { problem } = Reply.failure(await assign({ document_id: "data/orders.csv", category: " " }), tools)
    assert.deepStrictEqual(problem.issues?.map(({ path }) => path), [["category"], ["idempotency_key"]])
  })

  it("is one for one key, however often it is called", async () => {
    const before = rows()
    const args = { document_id: "data/orders.csv", category: "printed", idempotency_key: "assign-3" }
    const [first, ...repeats] = [await assign(args), await assign(args), await assign(args)]
    for (const repeat of repeats) {
      assert.deepStrictEqual(DocumentsServer.output(withoutMeta(repeat)), DocumentsServer.output(first!))
      assert.deepInclude(repeat._meta?.["errata/call"], { replayed: true })
    }
    assert.deepStrictEqual(rows(), before.map((n) => n + 1))
  })

  it("is one for one key that comes twice at once", async () => {
    const before = rows()
    const args = { document_id: "data/orders.csv", category: "bound", idempotency_key: "assign-4" }
    const results = await Promise.all(Array.from({ length: 10 }, () => assign(args)))
    const outputs = results.map((result) => JSON.stringify(DocumentsServer.output(withoutMeta(result))))
    assert.strictEqual(new Set(outputs).size, 1)
    assert.deepStrictEqual(rows(), before.map((n) => n + 1))
  })

  it("is refused with other arguments under the same key", async () => {
    const args = { document_id: "data/orders.csv", category: "sold", idempotency_key: "assign-5" }
    await assign(args)
    const before = rows()
    for (const other of [{ category: "lost" }, { document_id: "data/orders.json" }]) {
      const { problem } = Reply.failure(await assign({ ...args, ...other }), tools)
      assert.strictEqual(problem.type, "idempotency_conflict")
    }
    assert.deepStrictEqual(rows(), before)
  })
})
