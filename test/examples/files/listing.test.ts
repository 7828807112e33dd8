/**
 * What `tools/list` shows of the files server: hosts hand it to models.
 */
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import type { ListedTool } from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as FilesServer from "./FilesServer.ts"

const here = FilesServer.place()
let server: StdioServer.StdioServer
let tools: ReadonlyArray<ListedTool>

beforeAll(async () => {
  server = await StdioServer.start(here.options())
  tools = await FilesServer.tools(server)
})
afterAll(async () => {
  await server.stop()
  here.folder.remove()
})

describe("tools/list", () => {
  it("shows tools that only read, and only what is here", () => {
    assert.deepStrictEqual(
      tools.map(({ annotations, name, title }) => ({ annotations, name, title })),
      [
        ["search_files", "Search files"],
        ["read_file", "Read a file"],
        ["process_files", "Process files"],
        ["process_csv_file", "Process a CSV file"]
      ].map(([name = "", title]) => ({
        annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
        name,
        title
      }))
    )
  })

  it("shows what each tool does, and takes", () => {
    expect(tools.map(({ description, inputSchema, name }) => ({ name, description, inputSchema })))
      .toMatchInlineSnapshot(`
        [
          {
            "description": "Finds files and directories whose path has a text, and lines of text files that have it, whatever the case.",
            "inputSchema": {
              "properties": {
                "max_results": {
                  "default": 10,
                  "description": "How many matches to return at most; by default 10",
                  "examples": [
                    10,
                  ],
                  "maximum": 100,
                  "minimum": 1,
                  "type": "integer",
                },
                "path": {
                  "default": ".",
                  "description": "Where to look, relative to the root; by default everywhere",
                  "examples": [
                    "data",
                  ],
                  "maxLength": 4096,
                  "minLength": 1,
                  "type": "string",
                },
                "query": {
                  "description": "The text to look for",
                  "examples": [
                    "orders",
                  ],
                  "maxLength": 256,
                  "minLength": 2,
                  "type": "string",
                },
              },
              "required": [
                "query",
              ],
              "type": "object",
            },
            "name": "search_files",
          },
          {
            "description": "Returns the text of a file, whole or not at all; with an offset, a part of it, and where to go on.",
            "inputSchema": {
              "properties": {
                "max_bytes": {
                  "default": 32768,
                  "description": "How many bytes to read at most; by default 32768",
                  "examples": [
                    32768,
                  ],
                  "maximum": 65536,
                  "minimum": 1,
                  "type": "integer",
                },
                "offset": {
                  "description": "From which byte on to read a part: 0, then the next_offset of the last reply; by default the whole file",
                  "examples": [
                    0,
                  ],
                  "maximum": 1000000000000000,
                  "minimum": 0,
                  "type": "integer",
                },
                "path": {
                  "description": "A path relative to the root",
                  "examples": [
                    "notes/house-rules.md",
                  ],
                  "maxLength": 4096,
                  "minLength": 1,
                  "type": "string",
                },
              },
              "required": [
                "path",
              ],
              "type": "object",
            },
            "name": "read_file",
          },
          {
            "description": "Does the same with many files: analyze, checksum (SHA-256), count_lines. One bad file costs one file.",
            "inputSchema": {
              "properties": {
                "file_paths": {
                  "description": "Paths relative to the root",
                  "examples": [
                    [
                      "data/orders.csv",
                      "notes/house-rules.md",
                    ],
                  ],
                  "items": {
                    "type": "string",
                  },
                  "maxItems": 500,
                  "type": "array",
                },
                "operation": {
                  "description": "What to do with each file",
                  "enum": [
                    "analyze",
                    "checksum",
                    "count_lines",
                  ],
                  "type": "string",
                },
              },
              "required": [
                "file_paths",
                "operation",
              ],
              "type": "object",
            },
            "name": "process_files",
          },
          {
            "description": "Checks the records of a CSV file (validate), returns them as objects (transform), or describes its columns (analyze). Of a large file process a part: offset and limit count records, the header not included.",
            "inputSchema": {
              "properties": {
                "file_path": {
                  "description": "A path relative to the root",
                  "examples": [
                    "data/orders.csv",
                  ],
                  "maxLength": 4096,
                  "minLength": 1,
                  "type": "string",
                },
                "limit": {
                  "description": "How many records to process at most; by default all",
                  "examples": [
                    100,
                  ],
                  "maximum": 1000000000,
                  "minimum": 1,
                  "type": "integer",
                },
                "offset": {
                  "default": 0,
                  "description": "How many records to skip; by default 0",
                  "examples": [
                    0,
                  ],
                  "maximum": 1000000000,
                  "minimum": 0,
                  "type": "integer",
                },
                "operation": {
                  "description": "What to do with the records",
                  "enum": [
                    "validate",
                    "transform",
                    "analyze",
                  ],
                  "type": "string",
                },
              },
              "required": [
                "file_path",
                "operation",
              ],
              "type": "object",
            },
            "name": "process_csv_file",
          },
        ]
      `)
  })

  it("shows what search_files and read_file return", () => {
    expect(tools.slice(0, 2).map(({ outputSchema }) => outputSchema)).toMatchInlineSnapshot(`
      [
        {
          "properties": {
            "count": {
              "type": "integer",
            },
            "matches": {
              "items": {
                "properties": {
                  "line": {
                    "description": "The line that has the query; absent where the name has it",
                    "type": "integer",
                  },
                  "path": {
                    "type": "string",
                  },
                  "text": {
                    "description": "That line, shortened",
                    "type": "string",
                  },
                  "type": {
                    "enum": [
                      "file",
                      "directory",
                    ],
                    "type": "string",
                  },
                },
                "required": [
                  "path",
                  "type",
                ],
                "type": "object",
              },
              "type": "array",
            },
            "names_only": {
              "description": "How many files were looked for by name only: too large, no text, or not readable",
              "type": "integer",
            },
            "searched_path": {
              "type": "string",
            },
            "truncated": {
              "description": "Whether there may be more matches",
              "type": "boolean",
            },
            "warnings": {
              "description": "Where the search did not look, or not everywhere",
              "items": {
                "properties": {
                  "path": {
                    "type": "string",
                  },
                  "reason": {
                    "type": "string",
                  },
                },
                "required": [
                  "path",
                  "reason",
                ],
                "type": "object",
              },
              "type": "array",
            },
          },
          "required": [
            "matches",
            "count",
            "truncated",
            "searched_path",
            "names_only",
          ],
          "type": "object",
        },
        {
          "properties": {
            "next_offset": {
              "description": "Where to go on, if there is more",
              "type": "integer",
            },
            "path": {
              "type": "string",
            },
            "size_bytes": {
              "description": "The size of the whole file",
              "type": "integer",
            },
            "text": {
              "type": "string",
            },
          },
          "required": [
            "path",
            "text",
            "size_bytes",
          ],
          "type": "object",
        },
      ]
    `)
  })

  it("shows reports of batches, and one form for each operation", () => {
    const [, , files, csv] = tools.map(({ outputSchema }) => outputSchema as { readonly [key: string]: unknown })
    assert.deepStrictEqual(files!["required"], ["status", "summary", "results", "errors", "error_summary", "note"])
    const forms = csv!["anyOf"] as ReadonlyArray<{ properties: { operation: { enum: ReadonlyArray<string> } } }>
    assert.deepStrictEqual(forms.map(({ properties }) => properties.operation.enum), [["validate"], ["transform"], [
      "analyze"
    ]])
    assert.strictEqual(csv!["type"], "object")
  })
})
