/** Whose words go out (`expose`), and what is taken out of them. */
import * as Errors from "@errata/core/Errors"
import * as Meta from "@errata/mcp-adapter/Meta"
import { type HandlerOptions, wrapHandler } from "@errata/mcp-adapter/wrap"
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js"
import { execFile } from "node:child_process"
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as z from "zod"
import { takeStderr } from "../support/stderr.ts"

const quiet: HandlerOptions = { name: "existing", logsCalls: false }

const reply = async (fail: (args: Record<string, unknown>) => unknown, args: object = {}, options = quiet) => {
  const restore = takeStderr()
  try {
    const result = await wrapHandler(async (args: Record<string, unknown>, _context?: unknown) => fail(args), options)(
      args as Record<string, unknown>,
      {}
    )
    const [block] = result.content
    return { result, problem: Meta.problem(result._meta), lines: block?.type === "text" ? block.text.split("\n") : [] }
  } finally {
    restore()
  }
}

const throwing = (failure: unknown) => () => {
  throw failure
}

const masked = "The tool failed unexpectedly."

describe("words that an author wrote for a model", () => {
  class ConflictError extends Error {
    override readonly name = "ConflictError"
  }

  it.each([
    "Could not find exact match for edit",
    "Cannot specify both head and tail",
    "Either manifest or filename must be provided",
    "Repository x/y not found. Please verify: 1. The name 2. Your access",
    "Call GET /v1/users first, see https://docs.example.com/users"
  ])("pass: %s", async (words) => {
    const { lines } = await reply(() => {
      throw new Error(words)
    })
    expect(lines.slice(0, 2)).toEqual([`${words}.`, "Error: processing_error (permanent)."])
  })

  it("pass from a text that is thrown, an SDK's error, whatever its code, and a class of one's own", async () => {
    expect((await reply(throwing("No such order"))).lines[0]).toBe("No such order.")
    for (const code of [ErrorCode.InvalidRequest, ErrorCode.MethodNotFound, ErrorCode.InternalError]) {
      const { problem } = await reply(throwing(new McpError(code, "Ask for the list first")))
      expect(problem?.message).toBe("Ask for the list first")
    }
    const { problem } = await reply(throwing(new ConflictError("Version 3 is there already")))
    expect(problem?.message).toBe("Version 3 is there already")
  })

  it("keep the class that a cause gives", async () => {
    const { problem } = await reply(
      () => {
        throw new Error("Could not save the note", {
          cause: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })
        })
      },
      {},
      { ...quiet, safety: "read" }
    )
    expect(problem).toMatchObject({
      message: "Could not save the note",
      type: "unavailable",
      retry: { should_retry: true }
    })
  })

  it("have no advice where nobody classified them, and are never told to be repeated", async () => {
    const { lines, problem } = await reply(throwing("Not today"))
    expect(lines[1]).toBe("Error: processing_error (permanent).")
    expect(problem).not.toHaveProperty("resolved_by")
    expect(problem?.retry.should_retry).toBe(false)
  })
})

describe("words that nobody wrote for a model", () => {
  it.each([
    ["a TypeError", new TypeError("x is not a function")],
    ["a RangeError of another realm", Object.assign(new Error("too deep"), { name: "RangeError" })],
    ["an error with a driver's code", Object.assign(new Error("pool is gone"), { code: "XX000" })],
    [
      "an error with a mark on its prototype",
      new (class Driver extends Error {
        get severity() {
          return "FATAL"
        }
      })("terminating connection")
    ],
    ["an error without frames", Object.assign(new Error("no frames"), { stack: "Error: no frames" })],
    ["an error without a stack", Object.assign(new Error("no stack"), { stack: undefined })],
    ["a number", 7],
    ["nothing", undefined]
  ])("are masked: %s", async (_, failure) => {
    expect((await reply(throwing(failure))).lines[0]).toBe(masked)
  })

  it("are masked where a message forges a frame of the server's own", async () => {
    const forged = new Error("x\n    at handler (/srv/forged.js:1:1)")
    forged.stack = `Error: ${forged.message}\n    at driver (/elsewhere/node_modules/driver/index.js:1:1)`
    expect((await reply(throwing(forged))).lines[0]).toBe(masked)
    const own = import.meta.filename
    const cut = new Error("changed later")
    cut.stack = `Error: something else\n    at handler (${own}:1:1)`
    expect((await reply(throwing(cut))).lines[0]).toBe(masked)
  })

  it("are masked where they repeat what a driver's cause says, and as a whole where they hold a stack or foreign SQL", async () => {
    const cause = Object.assign(new Error("relation orders_2019 is corrupt"), { severity: "PANIC" })
    const repeated = await reply(() => {
      throw new Error(`Failed: ${cause.message}`, { cause })
    })
    expect(repeated.lines[0]).not.toContain("orders_2019")
    for (const words of ["boom\n    at db (/srv/app/db.js:3:7)", "select id from secrets where x = 1 failed"]) {
      expect(
        (await reply(() => {
          throw new Error(words)
        })).lines[0]
      ).toBe(masked)
    }
  })

  it("stay out with expose: declared, and pass by class or predicate", async () => {
    class Told extends Error {}
    const declared: HandlerOptions = { ...quiet, expose: "declared" }
    expect((await reply(throwing(new Error("mine")), {}, declared)).lines[0]).toBe(masked)
    expect((await reply(throwing(new Errors.NotFound({ resource: "Pen" })), {}, declared)).problem?.type).toBe(
      "not_found"
    )
    expect((await reply(throwing(new Told("told")), {}, { ...quiet, expose: [Told] })).lines[0]).toBe("told.")
    expect((await reply(throwing(new Error("mine")), {}, { ...quiet, expose: [Told] })).lines[0]).toBe(masked)
    expect(
      (await reply(throwing(Object.assign(new Error("coded"), { code: "XX000" })), {}, {
        ...quiet,
        expose: () => true
      }))
        .lines[0]
    ).toBe("coded.")
  })
})

describe("what is taken out of words, in place", () => {
  const words = async (message: string, args: object = {}) =>
    (await reply(() => {
      throw new Error(message)
    }, args)).problem?.message

  it.each([
    ["no key sk-live-4f9a8b7c6d5e4f3a2b1c here", "no key [redacted] here"],
    ["read /srv/shop/db.ts twice", "read [path] twice"],
    ["open C:\\Users\\ada\\notes.txt", "open [path]"],
    ["see file:///home/ada/x.md", "see [path]"],
    ["no answer from 10.0.0.5:5432", "no answer from [address]"],
    ["no answer from [2001:db8::7]:443", "no answer from [address]"],
    ["no answer from db.internal", "no answer from [host]"],
    ["no answer from https://db.internal/health", "no answer from https://[host]/health"],
    ["no answer from postgres://ro:hunter2@db-7.internal/main", "no answer from postgres://[redacted]@[host]/main"],
    ["no answer from redis://:hunter2@cache-1:6379", "no answer from redis://[redacted]@[host]"],
    ["no answer from localhost:8080", "no answer from [host]"],
    ["ask redis-primary.eu.example.com", "ask [host]"]
  ])("%s", async (message, expected) => {
    expect(await words(message)).toBe(expected)
  })

  it.each([
    "GET /v1/users/7 is gone",
    "write to ada@mail.internal",
    "see a/b.local/c",
    "ratio 3/4 of 10.5",
    "version 1.2.3.4-beta of a.b.c",
    "see https://docs.example.com/a/b",
    "12:30:45 is too late",
    "either/or, and/or",
    "node.js and package.json"
  ])("nothing of: %s", async (message) => {
    expect(await words(message)).toBe(message)
  })

  it("nothing that the caller sent, nor what lies below it", async () => {
    const args = { path: "/home/ada/projects", host: "db.internal", nested: [{ file: "notes/a.md" }] }
    expect(await words("Access denied: /home/ada/projects/x.md", args)).toBe("Access denied: /home/ada/projects/x.md")
    expect(await words("/home/ada/projects-2/x.md", args)).toBe("[path]")
    expect(await words("no answer from db.internal", args)).toBe("no answer from db.internal")
    expect(await words("cannot read /srv/data/notes/a.md", args)).toBe("cannot read [path]/notes/a.md")
    const sql = "select id from orders wher x"
    expect(await words(`cannot run: ${sql}`, { sql })).toBe(`cannot run: ${sql}`)
  })

  it("is linear in what is said", async () => {
    for (const part of ["/a", "a.", "1:", "select ", "file:///", "at x ("]) {
      const started = process.cpuUsage().user
      await words(part.repeat(200_000))
      expect(process.cpuUsage(undefined).user - started).toBeLessThan(5_000_000)
    }
  })
})

describe("a parse of the handler's own", () => {
  const Order = z.object({ item: z.string(), quantity: z.number() })

  it("of the arguments is told issue by issue", async () => {
    const { lines, problem } = await reply((args) => Order.parse(args), { item: 3, quantity: "x" })
    expect(problem).toMatchObject({ type: "invalid_arguments", category: "validation" })
    expect(lines.filter((line) => line.startsWith("- ")).map((line) => line.split(":")[0])).toEqual([
      "- item",
      "- quantity"
    ])
  })

  it("of anything else is no fault of the caller", async () => {
    const { lines } = await reply(() => Order.parse({ item: 3 }), { id: "1" })
    expect(lines[0]).toBe(masked)
  })

  it("of another copy of zod is known by its shape", async () => {
    const failure = Object.assign(new Error("[]"), {
      name: "ZodError",
      issues: [{ path: ["item"], message: "Expected text", code: "custom" }]
    })
    expect((await reply(throwing(failure), { item: 3 })).problem?.issues?.[0]).toMatchObject({ path: ["item"] })
  })
})

describe("a statement that the caller wrote", () => {
  const failure = () =>
    Object.assign(new Error(`syntax error at or near "FORM"`), { code: "42601", routine: "scanner_yyerror" })

  it("is answered in the database's words", async () => {
    const { lines } = await reply(throwing(failure()), { sql: "select * FORM orders" })
    expect(lines[0]).toBe(`syntax error at or near "FORM".`)
  })

  it("and one of the server's own is not", async () => {
    const { lines } = await reply(throwing(failure()), { id: "7" })
    expect(lines.join()).not.toContain("FORM")
  })
})

describe("where a server lies", () => {
  const run = promisify(execFile)
  let folder = ""

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "errata-own-"))
    const repo = join(import.meta.dirname, "..")
    const server = join(folder, "node_modules/@shop/server")
    await mkdir(join(server, "node_modules/driver"), { recursive: true })
    await mkdir(join(server, "lib"), { recursive: true })
    await writeFile(join(server, "package.json"), `{ "name": "@shop/server", "type": "module" }`)
    await writeFile(
      join(server, "node_modules/driver/package.json"),
      `{ "name": "driver", "type": "module", "main": "index.js" }`
    )
    await writeFile(
      join(server, "node_modules/driver/index.js"),
      `export const fail = () => { throw new Error("driver's words") }\n`
    )
    await symlink(join(repo, "node_modules/@errata"), join(server, "node_modules/@errata"))
    await writeFile(
      join(server, "lib/main.js"),
      `import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { fail } from "driver"
const options = { logsCalls: false }
process.stderr.write = () => true
const first = async (handler) => (await wrapHandler(handler, options)()).content[0].text.split("\\n")[0]
console.log(JSON.stringify([
  await first(async () => { throw new Error("the server's words") }),
  await first(async () => fail())
]))
`
    )
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it("installed below node_modules: its own words pass, those of its dependencies do not", async () => {
    const { stdout } = await run(process.execPath, [join(folder, "node_modules/@shop/server/lib/main.js")])
    expect(JSON.parse(stdout)).toEqual(["the server's words.", masked])
  })

  it("bundled into one file with the SDK: the marks decide", async () => {
    const error = Object.assign(new Error("in a bundle"), {})
    error.stack = `Error: in a bundle
    at handler (/opt/bundle/server.js:9:1)
    at McpServer.executeToolHandler (/opt/bundle/server.js:1:1)`
    expect((await reply(throwing(error))).lines[0]).toBe("in a bundle.")
    const marked = Object.assign(new Error("in a bundle"), { stack: error.stack, code: "XX000" })
    expect((await reply(throwing(marked))).lines[0]).toBe(masked)
  })

  it("and a file of a URL is read as a path", async () => {
    const error = new Error("by URL")
    error.stack = `Error: by URL\n    at handler (${pathToFileURL(import.meta.filename).href}:1:1)`
    expect((await reply(throwing(error))).lines[0]).toBe("by URL.")
  })
})
