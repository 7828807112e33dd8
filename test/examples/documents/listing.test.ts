/**
 * What `tools/list` shows, to the last key: hosts hand these schemas to models.
 */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { ListedTool } from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as DocumentsServer from "./DocumentsServer.ts"

const here = DocumentsServer.place("empty")
let server: StdioServer.StdioServer
let tools: ReadonlyArray<ListedTool>

beforeAll(async () => {
  server = await StdioServer.start(here.options())
  tools = await DocumentsServer.tools(server)
})
afterAll(async () => {
  await server.stop()
  here.folder.remove()
})

const sourceFormat = { type: "string", enum: ["markdown", "html", "csv", "json", "text", "pdf", "docx"] }
const targetFormat = {
  type: "string",
  enum: ["html", "text", "json", "markdown"],
  description: "The format to convert to"
}
type Properties = { readonly [name: string]: { readonly [key: string]: unknown } }

const string = { type: "string" }
const number = { type: "number" }

/** What is required is everything but `optional`. */
const object = (properties: Properties, optional: ReadonlyArray<string> = []) => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name))
})
const output = object
const input = object

const reads = { readOnlyHint: true, idempotentHint: true, openWorldHint: false }

const notes = {
  type: "array",
  items: string,
  description: "What was guessed while reading, and what was left out"
}

const conversion = {
  anyOf: [
    object({
      status: { type: "string", enum: ["success"] },
      document_id: string,
      original_format: sourceFormat,
      target_format: targetFormat,
      output_path: string,
      output_size_bytes: number,
      timestamp: string,
      notes
    }, ["notes"]),
    object({
      status: { type: "string", enum: ["partial"] },
      document_id: string,
      original_format: sourceFormat,
      target_format: targetFormat,
      message: string,
      conversion_data: string,
      conversion_data_is_cut: { type: "boolean" },
      conversion_bytes: number,
      conversion_path: { type: "string", description: "Where the whole conversion is" },
      notes,
      error: object({ type: string, message: string })
    }, ["conversion_data_is_cut", "conversion_bytes", "conversion_path", "notes"])
  ]
}

const count = { type: "integer", minimum: 0 }
const counts = { type: "object", additionalProperties: count }

/** A report of a batch. */
const report = (value: Properties[string]) =>
  output({
    status: { type: "string", enum: ["success", "partial", "failed"] },
    summary: object({
      total: count,
      succeeded: count,
      failed: count,
      not_attempted: count,
      success_rate: { type: "number", minimum: 0, maximum: 1 }
    }),
    results: { type: "array", items: object({ index: count, key: string, value }) },
    errors: {
      type: "array",
      items: object({
        index: count,
        key: string,
        error: string,
        type: string,
        category: { type: "string", enum: ["transient", "permanent", "validation"] },
        message: string,
        recoverable: { type: "boolean", description: "True if the caller can make this item succeed" },
        suggestion: string,
        similar_matches: { type: "array", items: string },
        recovery_steps: { type: "array", items: { type: "object" } }
      }, ["suggestion", "similar_matches", "recovery_steps"])
    },
    error_summary: object({
      by_type: counts,
      by_category: counts,
      recoverable_count: count,
      retry_keys: { type: "array", items: string, description: "Keys to retry as they are" },
      retry_after_seconds: count,
      suggestion: string
    }, ["retry_after_seconds", "suggestion"]),
    advice: string,
    note: string,
    reference_id: string
  }, ["advice", "reference_id"])

const expected: ReadonlyArray<ListedTool> = [
  {
    name: "list_documents",
    title: "List documents",
    description:
      "Lists the documents with their formats, sizes and categories, in the order of their ids, page by page: " +
      "call again with next_offset as offset for more.",
    inputSchema: {
      type: "object",
      properties: {
        limit: {
          type: "integer",
          minimum: 1,
          maximum: 1_000,
          description: "How many documents are listed at most. Default: 200"
        },
        offset: {
          type: "integer",
          minimum: 0,
          maximum: 1_000_000_000,
          description: "How many documents are passed over. Default: 0"
        }
      }
    },
    outputSchema: output({
      documents: {
        type: "array",
        items: object({
          document_id: string,
          format: sourceFormat,
          size_bytes: number,
          categories: { type: "array", items: string }
        })
      },
      total: { type: "number", description: "How many documents there are" },
      next_offset: { type: "number", description: "The offset of the next page; absent where this is the last" },
      warnings: {
        type: "array",
        items: object({ path: string, reason: string }),
        description: "Folders that could not be read, or not wholly"
      }
    }, ["next_offset", "warnings"]),
    annotations: reads
  },
  {
    name: "convert_document",
    title: "Convert a document",
    description: "Converts a document to another format and stores the result. Converting again replaces it.",
    inputSchema: input({
      document_id: {
        type: "string",
        description: "A document's id: its path relative to the root, as list_documents gives it",
        examples: ["reports/annual-report.md"]
      },
      target_format: targetFormat,
      idempotency_key: {
        type: "string",
        description: "Not needed, since converting again is safe; a repeat with the same key is answered from memory"
      }
    }, ["idempotency_key"]),
    outputSchema: {
      type: "object",
      ...conversion
    },
    annotations: { readOnlyHint: false, idempotentHint: true, destructiveHint: false, openWorldHint: false }
  },
  {
    name: "batch_convert_documents",
    title: "Convert documents",
    description:
      "Converts many documents to one format, each as convert_document does. One bad document costs one document.",
    inputSchema: input({
      document_ids: {
        type: "array",
        items: string,
        maxItems: 1_000,
        description: "The documents' ids, as list_documents gives them",
        examples: [["reports/annual-report.md", "data/orders.csv"]]
      },
      target_format: targetFormat,
      idempotency_key: {
        type: "string",
        description: "A key for the whole batch; each document's key is derived from it"
      }
    }, ["idempotency_key"]),
    outputSchema: report(conversion),
    annotations: { readOnlyHint: false, idempotentHint: true, destructiveHint: false, openWorldHint: false }
  },
  {
    name: "assign_to_category",
    title: "Assign a document to a category",
    description:
      "Assigns a document to a category and notifies its readers. A repeat with the same idempotency key assigns once.",
    inputSchema: input({
      document_id: {
        type: "string",
        description: "A document's id: its path relative to the root, as list_documents gives it",
        examples: ["reports/annual-report.md"]
      },
      category: {
        type: "string",
        description: "The category's name",
        examples: ["to-be-proofread"]
      },
      idempotency_key: {
        type: "string",
        description:
          "A key of your own for this one intent, such as a UUID: a repeat of the call with the same key takes effect once"
      }
    }),
    outputSchema: output({
      status: { type: "string", enum: ["assigned"] },
      assignment_id: { type: "string" },
      document_id: { type: "string" },
      category: { type: "string" }
    }),
    annotations: { readOnlyHint: false, idempotentHint: true, destructiveHint: false, openWorldHint: false }
  },
  {
    name: "process_large_file",
    title: "Process a large file",
    description: "Counts the lines and bytes of a file of any size and computes its SHA-256.",
    inputSchema: input({
      path: {
        type: "string",
        minLength: 1,
        description: "A path relative to the root",
        examples: ["data/orders.csv"]
      }
    }),
    outputSchema: output({
      status: { type: "string", enum: ["success"] },
      lines: number,
      bytes: number,
      sha256: string
    }),
    annotations: reads
  },
  {
    name: "process_data",
    title: "Process data",
    description: "Checks the records of a CSV or JSON document: id, date (YYYY-MM-DD), customer, title, amount.",
    inputSchema: input({
      data_id: { type: "string", description: "The id of a CSV or JSON document", examples: ["data/orders.csv"] }
    }),
    outputSchema: output({ status: { type: "string", enum: ["success"] }, count: number }),
    annotations: reads
  }
]

describe("tools/list", () => {
  it("shows the tools in the order of their definition", () => {
    assert.deepStrictEqual(tools.map((tool) => tool.name), expected.map((tool) => tool.name))
  })

  it.each(expected.map((tool) => [tool.name, tool] as const))("shows %s exactly", (name, tool) => {
    assert.deepStrictEqual(tools.find((listed) => listed.name === name), tool)
  })

  it("shows the same every time", async () => {
    assert.deepStrictEqual(await DocumentsServer.tools(server), tools)
  })

  it("comes with the capability of tools, and with no other", async () => {
    const second = StdioServer.spawnServer(here.options("second"))
    const { result } = await second.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "wire test", version: "1.0.0" }
    })
    assert.deepStrictEqual(result, {
      protocolVersion: "2025-11-25",
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: "documents", version: "0.1.0" }
    })
    await second.stop()
  })
})
