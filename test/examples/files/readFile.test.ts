/**
 * What `read_file` returns, and what it says where it cannot read.
 */
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import * as FilesServer from "./FilesServer.ts"

let server: FilesServer.Pair

beforeAll(async () => {
  server = await FilesServer.pair()
  FilesServer.traps(server)
})
afterAll(() => server.stop())

const read = (path: string, max_bytes?: number) =>
  server.succeeds("read_file", { path, ...max_bytes === undefined ? {} : { max_bytes } })

/** Writes a file and removes it when something was done with it. */
const withFile = async <A>(path: string, content: string | Uint8Array, use: () => Promise<A>): Promise<A> => {
  writeFileSync(server.at(path), content)
  try {
    return await use()
  } finally {
    rmSync(server.at(path))
  }
}

describe("read_file", () => {
  it("returns the whole text", async () => {
    assert.deepStrictEqual(await read("notes/minutes/2026-04.txt"), {
      path: "notes/minutes/2026-04.txt",
      text: "Minutes of April\n\nTwo errata on one page: a record. The orders doubled.\n",
      size_bytes: 72
    })
  })

  it.each([
    ["nothing", "", ""],
    ["a byte order mark, which is left out", "\ufeffü", "ü"],
    ["CRLF and CR, as they are", "a\r\nb\rc", "a\r\nb\rc"],
    ["characters of every length", "aä日👩‍👧", "aä日👩‍👧"],
    [
      "what looks like a line of ours",
      "x\nError: success\nReference: 00000000",
      "x\nError: success\nReference: 00000000"
    ]
  ])("reads %s", async (_, content, text) => {
    const output = await withFile("odd.txt", content, () => read("odd.txt"))
    assert.deepStrictEqual(output, { path: "odd.txt", text, size_bytes: Buffer.byteLength(content) })
  })

  it("reads a file of just as many bytes as it may have", async () => {
    await withFile("exact.txt", "x".repeat(100), async () => {
      assert.strictEqual((await read("exact.txt", 100))["size_bytes"], 100)
      assert.strictEqual(
        (await server.fails("read_file", { path: "exact.txt", max_bytes: 99 })).problem.type,
        "too_large"
      )
    })
    await withFile("usual.txt", "x".repeat(32 * 1024), () => read("usual.txt"))
    await withFile("greatest.txt", "x".repeat(64 * 1024), () => read("greatest.txt", 64 * 1024))
  })

  it("follows links that stay inside", async () => {
    const { text } = await read("data/orders.csv")
    for (const path of ["traps/file-inside", "traps/folder-inside/orders.csv", "./data/../data//orders.csv"]) {
      assert.deepStrictEqual(await read(path), { path, text, size_bytes: 561 })
    }
  })
})

describe("read_file in parts", () => {
  const part = (path: string, offset: number, max_bytes?: number) =>
    server.succeeds("read_file", { path, offset, ...max_bytes === undefined ? {} : { max_bytes } })

  /** Reads a file part by part, as a model would. */
  const parts = async (path: string, max_bytes: number): Promise<ReadonlyArray<string>> => {
    const texts: Array<string> = []
    for (let offset: number | undefined = 0; offset !== undefined;) {
      const output = await part(path, offset, max_bytes)
      assert.isAbove((output["next_offset"] as number | undefined) ?? Number.POSITIVE_INFINITY, offset)
      offset = output["next_offset"] as number | undefined
      texts.push(output["text"] as string)
    }
    return texts
  }

  it("reaches every byte of a file that is too large for one reply", async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join("")
    await withFile("long.txt", text, async () => {
      const texts = await parts("long.txt", 64 * 1024)
      assert.isAbove(texts.length, 3)
      assert.strictEqual(texts.join(""), text)
      assert.deepStrictEqual(await part("long.txt", 6, 7), {
        path: "long.txt",
        text: "\nline 1",
        size_bytes: text.length,
        next_offset: 13
      })
    })
  })

  it.each([1, 2, 3, 5, 7])("never cuts a character, %i bytes at a time", async (bytes) => {
    const text = "aä日👩‍👧z\u{10ffff}é"
    await withFile("odd.txt", text, async () => {
      const texts = await parts("odd.txt", bytes)
      assert.strictEqual(texts.join(""), text)
      for (const text of texts) assert.isBelow(Buffer.byteLength(text), Math.max(bytes, 4) + 1)
    })
    await withFile("marked.txt", `\ufeff${text}`, async () => {
      assert.strictEqual((await parts("marked.txt", bytes)).join(""), text)
    })
  })

  it("begins with a whole character where the offset is inside one", async () => {
    await withFile("odd.txt", "日本", async () => {
      assert.deepStrictEqual(await part("odd.txt", 1), { path: "odd.txt", text: "本", size_bytes: 6 })
      assert.deepStrictEqual(await part("odd.txt", 5), { path: "odd.txt", text: "", size_bytes: 6 })
      assert.deepStrictEqual(await part("odd.txt", 6), { path: "odd.txt", text: "", size_bytes: 6 })
    })
  })

  it("is bounded by what a reply may hold, where characters take six times their place", async () => {
    const text = "\u0001".repeat(40_000)
    await withFile("controls.txt", text, async () => {
      const { text: told } = await server.fails("read_file", { path: "controls.txt", max_bytes: 64 * 1024 })
      assert.include(told, "has 40000 bytes, and at most 16666 may be read")
      const texts = await parts("controls.txt", 64 * 1024)
      assert.strictEqual(texts.join(""), text)
      for (const text of texts) assert.isAtMost(JSON.stringify(text).length, 100_000)
    })
  })

  it("refuses an offset behind the end", async () => {
    const { problem, text } = await server.fails("read_file", { path: "data/orders.csv", offset: 562 })
    expect(text).toMatchInlineSnapshot(`
      "data/orders.csv has 561 bytes, and offset 562 is behind them.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - offset: Expected at most 561, where the file ends.
      Details: {"path":"data/orders.csv","offset":562,"size_bytes":561}
      Suggestion: Give an offset of at most 561.
      Reference: <ref>"
    `)
    assert.deepStrictEqual(problem.issues?.[0]?.path, ["offset"])
  })

  it("does not take a part of a binary file for text", async () => {
    const { problem } = await server.fails("read_file", { path: "pictures/frisket.png", offset: 0, max_bytes: 10 })
    assert.strictEqual(problem.error, "BinaryFile")
  })
})

describe("a directory", () => {
  it("of folders only says how to look into it", async () => {
    mkdirSync(server.at("boxes/small"), { recursive: true })
    const { problem } = await server.fails("read_file", { path: "boxes" })
    rmSync(server.at("boxes"), { recursive: true })
    assert.deepStrictEqual(problem.similar_matches, ["boxes/small"])
    assert.deepInclude(problem.recovery_steps?.[0], { parameters: { query: "boxes", path: "boxes" } })
  })

  it("that is empty has nothing to offer", async () => {
    mkdirSync(server.at("empty"))
    const { problem } = await server.fails("read_file", { path: "empty" })
    rmSync(server.at("empty"), { recursive: true })
    assert.notProperty(problem, "similar_matches")
    assert.notProperty(problem, "recovery_steps")
  })

  it("is offered to the tool that can take a file in it", async () => {
    const csv = async (file_path: string) =>
      (await server.fails("process_csv_file", { file_path, operation: "validate" })).problem.recovery_steps?.[0]
    assert.deepInclude(await csv("data"), {
      tool: "process_csv_file",
      parameters: { file_path: "data/corrections.csv", operation: "validate" }
    })
    assert.notProperty(
      (await server.fails("process_csv_file", { file_path: "pictures", operation: "validate" })).problem,
      "recovery_steps"
    )
    const { problem } = await server.fails("read_file", { path: "traps/folder-inside" })
    assert.include(problem.similar_matches ?? [], "data/orders.csv")
  })
})

describe("read_file fails", () => {
  it("names similar paths where one is not found, and how to search for it", async () => {
    const { problem, text } = await server.fails("read_file", { path: "data/order.csv" })
    expect(text).toMatchInlineSnapshot(`
      "Path data/order.csv not found.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"path":"data/order.csv"}
      Suggestion: Use search_files to find the path.
      Did you mean: data/orders.csv?
      Next steps:
      1. Search for it by its name: search_files {"query":"order"}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "path": "data/order.csv",
        },
        "error": "PathNotFound",
        "message": "Path data/order.csv not found",
        "recovery_steps": [
          {
            "action": "Search for it by its name",
            "parameters": {
              "query": "order",
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
          "data/orders.csv",
        ],
        "suggestion": "Use search_files to find the path",
        "type": "not_found",
      }
    `)
  })

  it("finds the right folder for a name, and the right case", async () => {
    assert.deepStrictEqual(
      (await server.fails("read_file", { path: "house-rules.md" })).problem.similar_matches,
      ["notes/house-rules.md"]
    )
    assert.deepStrictEqual(
      (await server.fails("read_file", { path: "NOTES/House-Rules.MD" })).problem.similar_matches,
      ["notes/house-rules.md"]
    )
    assert.notProperty((await server.fails("read_file", { path: "qwertyuiop" })).problem, "similar_matches")
  })

  it("does not suggest to search for what nobody can search for", async () => {
    for (const path of ["x", "notes/y"]) {
      assert.notProperty((await server.fails("read_file", { path })).problem, "recovery_steps")
    }
  })

  it("does not take a directory for a file, and says how to look into it", async () => {
    const { problem, text } = await server.fails("read_file", { path: "notes/minutes" })
    expect(text).toMatchInlineSnapshot(`
      "notes/minutes is a directory.
      Error: unsupported (permanent). Do not retry with the same arguments.
      Details: {"path":"notes/minutes","kind":"directory"}
      Suggestion: Give the path of a file.
      Did you mean: notes/minutes/2026-03.txt, notes/minutes/2026-04.txt?
      Next steps:
      1. Read a file in it: read_file {"path":"notes/minutes/2026-03.txt"}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "kind": "directory",
          "path": "notes/minutes",
        },
        "error": "NotAFile",
        "message": "notes/minutes is a directory",
        "recovery_steps": [
          {
            "action": "Read a file in it",
            "parameters": {
              "path": "notes/minutes/2026-03.txt",
            },
            "step": 1,
            "tool": "read_file",
          },
        ],
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "similar_matches": [
          "notes/minutes/2026-03.txt",
          "notes/minutes/2026-04.txt",
        ],
        "suggestion": "Give the path of a file",
        "type": "unsupported",
      }
    `)
    for (const path of [".", "notes/", "notes/..", "traps/folder-inside"]) {
      assert.strictEqual((await server.fails("read_file", { path })).problem.error, "NotAFile", path)
    }
  })

  it("does not wait for a pipe", async () => {
    const { text } = await server.fails("read_file", { path: "traps/pipe" })
    expect(text).toMatchInlineSnapshot(`
      "traps/pipe is not a regular file.
      Error: unsupported (permanent). Do not retry with the same arguments.
      Details: {"path":"traps/pipe","kind":"other"}
      Suggestion: Give the path of a file.
      Reference: <ref>"
    `)
  })

  it("suggests max_bytes where a file is too large", async () => {
    const { problem, text } = await server.fails("read_file", { path: "data/orders.csv", max_bytes: 100 })
    expect(text).toMatchInlineSnapshot(`
      "data/orders.csv has 561 bytes, and at most 100 may be read.
      Error: too_large (permanent). Do not retry with the same arguments.
      Details: {"path":"data/orders.csv","size_bytes":561,"max_bytes":100}
      Suggestion: Call again with max_bytes 561.
      Next steps:
      1. Allow for its size: read_file {"path":"data/orders.csv","max_bytes":561}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "max_bytes": 100,
          "path": "data/orders.csv",
          "size_bytes": 561,
        },
        "error": "FileTooLarge",
        "message": "data/orders.csv has 561 bytes, and at most 100 may be read",
        "recovery_steps": [
          {
            "action": "Allow for its size",
            "parameters": {
              "max_bytes": 561,
              "path": "data/orders.csv",
            },
            "step": 1,
            "tool": "read_file",
          },
        ],
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Call again with max_bytes 561",
        "type": "too_large",
      }
    `)
  })

  it("suggests parts where a file is larger than max_bytes may be", async () => {
    writeFileSync(server.at("huge.csv"), "a\n")
    truncateSync(server.at("huge.csv"), 5_000_000_000)
    const { text } = await server.fails("read_file", { path: "huge.csv" })
    rmSync(server.at("huge.csv"))
    expect(text).toMatchInlineSnapshot(`
      "huge.csv has 5000000000 bytes, and at most 32768 may be read.
      Error: too_large (permanent). Do not retry with the same arguments.
      Details: {"path":"huge.csv","size_bytes":5000000000,"max_bytes":32768}
      Suggestion: It does not fit into one reply: read it in parts, from offset 0, then from next_offset.
      Next steps:
      1. Read its first part: read_file {"path":"huge.csv","offset":0,"max_bytes":65536}
      2. Read its first records: process_csv_file {"file_path":"huge.csv","operation":"transform","offset":0,"limit":100}
      Reference: <ref>"
    `)
  })

  it("does not take a binary file for text", async () => {
    const { problem, text } = await server.fails("read_file", { path: "pictures/frisket.png" })
    expect(text).toMatchInlineSnapshot(`
      "pictures/frisket.png is no text: it contains NUL characters.
      Error: unsupported (permanent). Do not retry with the same arguments.
      Details: {"path":"pictures/frisket.png","reason":"it contains NUL characters"}
      Suggestion: Use process_files with operation checksum or analyze, which take any file.
      Next steps:
      1. Look at what it is: process_files {"file_paths":["pictures/frisket.png"],"operation":"analyze"}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "path": "pictures/frisket.png",
          "reason": "it contains NUL characters",
        },
        "error": "BinaryFile",
        "message": "pictures/frisket.png is no text: it contains NUL characters",
        "recovery_steps": [
          {
            "action": "Look at what it is",
            "parameters": {
              "file_paths": [
                "pictures/frisket.png",
              ],
              "operation": "analyze",
            },
            "step": 1,
            "tool": "process_files",
          },
        ],
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Use process_files with operation checksum or analyze, which take any file",
        "type": "unsupported",
      }
    `)
    const { text: latin } = await server.fails("read_file", { path: "hostile/latin-1.csv" })
    assert.strictEqual(latin.split("\n")[0], "hostile/latin-1.csv is no text: it is not valid UTF-8.")
  })

  it("does not follow a link out", async () => {
    const { problem, text } = await server.fails("read_file", { path: "traps/file-out" })
    expect(text).toMatchInlineSnapshot(`
      "No permission to read traps/file-out.
      Error: permission_denied (permanent). Retry only after the user has resolved this.
      Details: {"action":"read","resource":"traps/file-out"}
      Suggestion: Give a path relative to the root folder that stays inside it.
      Next steps:
      1. Search for it inside the root: search_files {"query":"file-out"}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "action": "read",
          "resource": "traps/file-out",
        },
        "error": "PermissionDenied",
        "message": "No permission to read traps/file-out",
        "recovery_steps": [
          {
            "action": "Search for it inside the root",
            "parameters": {
              "query": "file-out",
            },
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

  it.each([
    "..",
    "../secrets/secret.csv",
    "notes/../../secrets/secret.csv",
    "../shelf/data/orders.csv", // or else one could guess what the root is called
    "/etc/passwd",
    "//etc/passwd",
    "\\etc\\passwd",
    "C:\\Windows\\win.ini",
    "c:/windows/win.ini",
    "\\\\server\\share",
    "\\\\?\\C:\\x",
    "..\\secrets\\secret.csv",
    "notes\\..\\..\\secrets\\secret.csv",
    "notes/..\\../secrets/secret.csv",
    "data/orders.csv\0",
    "data/orders.csv\0.md",
    "\0",
    "traps/file-out",
    "traps/link-to-link-out",
    "traps/nowhere-out",
    "traps/folder-out",
    "traps/folder-out/secret.csv",
    "traps/folder-out/deep/secret.txt",
    "traps/folder-out/no-such-file", // or else one could ask what there is
    "traps/file-out/no-such-file",
    "traps/nowhere-out/no-such-file",
    "traps/up/secrets/secret.csv",
    "traps/up/shelf/../secrets/secret.csv",
    "traps/circle",
    "traps/circle/x"
  ])("refuses %j, and so does every other tool", async (path) => {
    const { problem, text } = await server.fails("read_file", { path })
    assert.strictEqual(problem.error, "PermissionDenied")
    assert.deepStrictEqual(problem.details, { action: "read", resource: path })
    assert.notInclude(text, FilesServer.secret)
    for (
      const [tool, args] of [
        ["search_files", { query: "nobody", path }],
        ["process_csv_file", { file_path: path, operation: "transform" }]
      ] as const
    ) {
      assert.strictEqual((await server.fails(tool, args)).problem.error, "PermissionDenied", tool)
    }
  })

  it.each([
    ["an absolute path in another case", "data/Orders.csv"],
    ["two dots that are encoded", "%2e%2e/%2E%2E/etc/passwd"],
    ["two dots with something between", ". ./secrets"],
    ["three dots", ".../secrets"],
    ["two dots that only look so", "․․/secrets"],
    ["a URL", "FILE:///etc/passwd"],
    ["a home", "~/secrets"],
    ["a variable", "$HOME/secrets"],
    ["a path below a file", "data/orders.csv/orders.csv"],
    ["a name longer than any file's", "x".repeat(300)],
    ["a drive without a root", "C:secrets"]
  ])("finds nothing by %s", async (_, path) => {
    const { problem } = await server.fails("read_file", { path })
    assert.strictEqual(problem.error, "PathNotFound")
    assert.deepStrictEqual(problem.details, { path })
  })

  it("does not suggest what it would refuse", async () => {
    symlinkSync("/etc/passwd", server.at("traps/orders.csv"))
    const { problem } = await server.fails("read_file", { path: "traps/order.csv" })
    rmSync(server.at("traps/orders.csv"))
    assert.deepStrictEqual(problem.similar_matches, ["data/orders.csv"])
  })

  it("names every bound that is broken, at once", async () => {
    const { text } = await server.fails("read_file", { path: "", max_bytes: 0 })
    expect(text).toMatchInlineSnapshot(`
      "Invalid arguments: 2 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - path: Expected a path that is not empty. Example: "notes/house-rules.md"
      - max_bytes: Expected a number between 1 and 65536. Example: 32768
      Reference: <ref>"
    `)
    const { text: others } = await server.fails("read_file", { max_bytes: 4 * 1024 * 1024 + 1, maxbytes: 1 })
    expect(others).toMatchInlineSnapshot(`
      "Invalid arguments: 3 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - maxbytes: Unknown argument; did you mean "max_bytes"?
      - path: Required. A path relative to the root. Example: "notes/house-rules.md"
      - max_bytes: Expected a number between 1 and 65536. Example: 32768
      Reference: <ref>"
    `)
  })
})
