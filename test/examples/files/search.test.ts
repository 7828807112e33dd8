/**
 * What `search_files` finds, and what it says where it cannot look.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import * as FilesServer from "./FilesServer.ts"

let server: FilesServer.Pair

beforeAll(async () => {
  server = await FilesServer.pair()
})
afterAll(() => server.stop())

const search = (args: FilesServer.Args) => server.succeeds("search_files", args)

describe("search_files", () => {
  it("finds names and lines, whatever the case", async () => {
    expect(await search({ query: "ORDERS", path: "." })).toMatchInlineSnapshot(`
      {
        "count": 3,
        "matches": [
          {
            "path": "data/orders.csv",
            "type": "file",
          },
          {
            "line": 5,
            "path": "notes/house-rules.md",
            "text": "3. Orders for errata slips go to \`data/orders.csv\`, one line each.",
            "type": "file",
          },
          {
            "line": 3,
            "path": "notes/minutes/2026-04.txt",
            "text": "Two errata on one page: a record. The orders doubled.",
            "type": "file",
          },
        ],
        "names_only": 5,
        "searched_path": ".",
        "truncated": false,
      }
    `)
    expect(await search({ query: "Albion" })).toMatchInlineSnapshot(`
      {
        "count": 2,
        "matches": [
          {
            "line": 3,
            "path": "data/presses.json",
            "text": "    { "name": "Albion", "built": 1822 },",
            "type": "file",
          },
          {
            "line": 4,
            "path": "notes/minutes/2026-03.txt",
            "text": "The Albion press needs a new frisket.",
            "type": "file",
          },
        ],
        "names_only": 5,
        "searched_path": ".",
        "truncated": false,
      }
    `)
  })

  it("finds directories", async () => {
    expect(await search({ query: "minutes", path: "notes" })).toMatchInlineSnapshot(`
      {
        "count": 5,
        "matches": [
          {
            "path": "notes/minutes",
            "type": "directory",
          },
          {
            "path": "notes/minutes/2026-03.txt",
            "type": "file",
          },
          {
            "line": 1,
            "path": "notes/minutes/2026-03.txt",
            "text": "Minutes of March",
            "type": "file",
          },
          {
            "path": "notes/minutes/2026-04.txt",
            "type": "file",
          },
          {
            "line": 1,
            "path": "notes/minutes/2026-04.txt",
            "text": "Minutes of April",
            "type": "file",
          },
        ],
        "names_only": 0,
        "searched_path": "notes",
        "truncated": false,
      }
    `)
  })

  it("finds nothing where there is nothing", async () => {
    assert.deepStrictEqual(await search({ query: "no such word", path: "notes/minutes" }), {
      matches: [],
      count: 0,
      truncated: false,
      searched_path: "notes/minutes",
      names_only: 0
    })
  })

  it("looks into a single file", async () => {
    expect(await search({ query: "mrs. bolt", path: "notes/minutes/2026-03.txt" })).toMatchInlineSnapshot(`
      {
        "count": 1,
        "matches": [
          {
            "line": 3,
            "path": "notes/minutes/2026-03.txt",
            "text": "The compositor regrets the misprint on page 31. Mrs. Bolt has been told.",
            "type": "file",
          },
        ],
        "names_only": 0,
        "searched_path": "notes/minutes/2026-03.txt",
        "truncated": false,
      }
    `)
  })

  it("calls the same place by the same name", async () => {
    for (const path of ["notes/minutes", "./notes/minutes/", "notes//minutes", "notes/../notes/minutes"]) {
      assert.strictEqual((await search({ query: "zz", path }))["searched_path"], "notes/minutes", path)
    }
  })

  it("returns as many matches as asked for, and says whether there are more", async () => {
    mkdirSync(server.at("many"))
    for (let i = 100; i < 220; i++) writeFileSync(server.at(`many/slip-${i}.txt`), "nothing")
    const counts = async (max_results?: number) => {
      const { count, matches, truncated } = await search({
        query: "slip",
        path: "many",
        ...max_results === undefined ? {} : { max_results }
      })
      assert.lengthOf(matches as ReadonlyArray<unknown>, count as number)
      return { count, truncated, last: (matches as ReadonlyArray<{ path: string }>).at(-1)?.path }
    }
    assert.deepStrictEqual(await counts(), { count: 10, truncated: true, last: "many/slip-109.txt" })
    assert.deepStrictEqual(await counts(1), { count: 1, truncated: true, last: "many/slip-100.txt" })
    assert.deepStrictEqual(await counts(100), { count: 100, truncated: true, last: "many/slip-199.txt" })
    for (let i = 200; i < 220; i++) rmSync(server.at(`many/slip-${i}.txt`))
    assert.deepStrictEqual(await counts(100), { count: 100, truncated: false, last: "many/slip-199.txt" })
    rmSync(server.at("many"), { recursive: true })
  })

  it("shows a part of a long line, around what was found", async () => {
    writeFileSync(server.at("long.txt"), `${"x".repeat(1_000)}needle${"y".repeat(1_000)}`)
    const { matches } = await search({ query: "needle" })
    rmSync(server.at("long.txt"))
    const [{ line, text }] = matches as [{ line: number; text: string }]
    assert.strictEqual(line, 1)
    assert.match(text, /^…x+needley+…$/)
    assert.lengthOf(text, 202)
  })

  it("looks only for the names of files that it cannot read as text, and says how many", async () => {
    mkdirSync(server.at("odd"))
    writeFileSync(server.at("odd/large-needle.txt"), `needle\n${"x".repeat(1024 * 1024)}`)
    writeFileSync(server.at("odd/binary.bin"), Uint8Array.of(0, 1, 2))
    writeFileSync(server.at("odd/latin.txt"), Uint8Array.of(0xe4, 0xf6))
    writeFileSync(server.at("odd/plain.txt"), "a needle")
    const found = await search({ query: "needle", path: "odd" })
    rmSync(server.at("odd"), { recursive: true })
    assert.deepStrictEqual(found, {
      matches: [
        { path: "odd/large-needle.txt", type: "file" },
        { path: "odd/plain.txt", type: "file", line: 1, text: "a needle" }
      ],
      count: 2,
      truncated: false,
      searched_path: "odd",
      names_only: 3
    })
  })

  it("does not follow links, so that nothing is found twice and nothing outside", async () => {
    mkdirSync(server.at("linked"))
    writeFileSync(server.at("linked/needle.txt"), "needle")
    symlinkSync(".", server.at("linked/again"))
    symlinkSync("needle.txt", server.at("linked/needle-link.txt"))
    symlinkSync("/etc", server.at("linked/needle-out"))
    const { matches } = await search({ query: "needle", path: "linked" })
    rmSync(server.at("linked"), { recursive: true })
    assert.deepStrictEqual(matches, [
      { path: "linked/needle.txt", type: "file" },
      { path: "linked/needle.txt", type: "file", line: 1, text: "needle" }
    ])
  })

  it("takes what looks like a pattern as it is", async () => {
    for (const query of [".*", "[a-z]", "\\d", "$1", "a|b", "((("]) {
      assert.strictEqual((await search({ query, path: "notes" }))["count"], 0, query)
    }
  })
})

describe("search_files fails", () => {
  it("names every bound that is broken, at once", async () => {
    const { problem, text } = await server.fails("search_files", { query: "a", path: "", max_results: 0 })
    expect(text).toMatchInlineSnapshot(`
      "Invalid arguments: 3 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - query: Expected at least 2 characters. Example: "orders"
      - path: Expected a path that is not empty. Example: "data"
      - max_results: Expected a number between 1 and 100.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "validation",
        "error": "InvalidArguments",
        "issues": [
          {
            "examples": [
              "orders",
            ],
            "expected": "at least 2 characters",
            "message": "Expected at least 2 characters",
            "path": [
              "query",
            ],
            "received": ""a"",
          },
          {
            "examples": [
              "data",
            ],
            "expected": "a path that is not empty",
            "message": "Expected a path that is not empty",
            "path": [
              "path",
            ],
            "received": """",
          },
          {
            "examples": [
              10,
            ],
            "expected": "a number between 1 and 100",
            "message": "Expected a number between 1 and 100",
            "path": [
              "max_results",
            ],
            "received": "0",
          },
        ],
        "message": "Invalid arguments: 3 problems",
        "resolved_by": "model",
        "retry": {
          "attempts_made": 0,
          "should_retry": false,
        },
        "type": "invalid_arguments",
      }
    `)
  })

  it.each([
    [{ query: "ab", max_results: 101 }, "max_results", "Expected a number between 1 and 100"],
    [{ query: "ab", max_results: -1 }, "max_results", "Expected a number between 1 and 100"],
    [{ query: "ab", max_results: 1.5 }, "max_results", "Expected an integer"],
    [
      { query: "ab", max_results: "ten" },
      "max_results",
      "Expected number, got text"
    ],
    [{ query: "", max_results: 1 }, "query", "Expected at least 2 characters"],
    [{ query: "👩" }, "query", "Expected at least 2 characters"],
    [{ query: "x".repeat(257) }, "query", "Expected at most 256 characters"],
    [{ query: "ab", path: "x".repeat(5000) }, "path", "Expected a path of at most 4096 characters"],
    [{ query: "ab", path: [7] }, "path", "Expected string, got array"],
    [{ query: "ab", max_result: 7 }, "max_result", "Unknown argument; did you mean \"max_results\"?"]
  ])("on %j", async (args, path, message) => {
    const { problem } = await server.fails("search_files", args)
    assert.deepStrictEqual(problem.issues?.map((issue) => [issue.path, issue.message]), [[[path], message]])
  })

  it("accepts the bounds themselves", async () => {
    await search({ query: "zz", max_results: 1 })
    await search({ query: "zz", max_results: 100 })
    await search({ query: "👩👩" })
    await search({ query: "x".repeat(256) })
  })

  it("names similar paths where one is not found", async () => {
    const { problem, text } = await server.fails("search_files", { query: "errata", path: "note/minute" })
    expect(text).toMatchInlineSnapshot(`
      "Path note/minute not found.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"path":"note/minute"}
      Suggestion: Use search_files to find the path.
      Did you mean: notes/minutes?
      Next steps:
      1. Search for it by its name: search_files {"query":"minute"}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "path": "note/minute",
        },
        "error": "PathNotFound",
        "message": "Path note/minute not found",
        "recovery_steps": [
          {
            "action": "Search for it by its name",
            "parameters": {
              "query": "minute",
            },
            "step": 1,
            "tool": "search_files",
          },
        ],
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "similar_matches": [
          "notes/minutes",
        ],
        "suggestion": "Use search_files to find the path",
        "type": "not_found",
      }
    `)
  })

  it("does not leave the root", async () => {
    const { problem, text } = await server.fails("search_files", { query: "root", path: "../.." })
    expect(text).toMatchInlineSnapshot(`
      "No permission to read ../..
      Error: permission_denied (permanent). Retry only after the user has resolved this.
      Details: {"action":"read","resource":"../.."}
      Suggestion: Give a path relative to the root folder that stays inside it.
      Next steps:
      1. Search for it inside the root: search_files {} (fill in: query)
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "action": "read",
          "resource": "../..",
        },
        "error": "PermissionDenied",
        "message": "No permission to read ../..",
        "recovery_steps": [
          {
            "action": "Search for it inside the root",
            "fill": [
              "query",
            ],
            "parameters": {},
            "step": 1,
            "tool": "search_files",
          },
        ],
        "resolved_by": "user",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Give a path relative to the root folder that stays inside it",
        "type": "permission_denied",
      }
    `)
  })
})
