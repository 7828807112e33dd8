/** A toolkit of effect's that is adopted: the same listing and the same successes, and failures that are folded. */
import { afterEach, describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Errata from "@errata/mcp-adapter/effect"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import {
  adopted,
  connect,
  DatabaseDown,
  firstText,
  forget,
  lines,
  native,
  OutOfStock,
  plain,
  problemOf,
  reported,
  secret,
  shown,
  versions
} from "./toolkit.ts"

afterEach(forget)

describe.each(versions)("%s", (version) => {
  it.effect("the tools are listed as effect lists them", () =>
    Effect.gen(function*() {
      const ours = yield* Effect.flatMap(connect(adopted(), version), (client) => client.listTools())
      const theirs = yield* Effect.flatMap(connect(native, version), (client) => client.listTools())
      expect(ours.tools).toHaveLength(8)
      expect(plain(ours)).toEqual(plain(theirs))
      if (version === "2025-11-25") {
        expect(plain(ours.tools.find((tool) => tool.name === "look"))).toMatchObject({
          _meta: { "shop/aisle": 7 },
          annotations: { title: "Look", readOnlyHint: true }
        })
      }
    }))

  it.effect("successes are what effect writes", () =>
    Effect.gen(function*() {
      const ours = yield* connect(adopted(), version)
      const theirs = yield* connect(native, version)
      for (
        const [name, args] of [
          ["order", { way: "ok", item: "ink", ignored: 1 }],
          ["look", { way: "ok" }],
          ["whoami", {}],
          ["whoami", undefined],
          ["strict", { n: 1 }],
          ["raw", { q: "more than five letters", deep: { list: [1, null] } }],
          ["nothing", {}],
          ["text", {}],
          ["nil", {}]
        ] as const
      ) {
        const call = { name, ...args === undefined ? {} : { arguments: args } }
        const result = plain(yield* ours.callTool(call))
        expect(result).toEqual(plain(yield* theirs.callTool(call)))
        expect(result).toMatchObject({ isError: false })
      }
    }))

  it.effect("arguments that do not fit are answered with every issue", () =>
    Effect.gen(function*() {
      const client = yield* connect(adopted({ logsCalls: false }), version)
      for (const name of ["order", "look"]) {
        const result = yield* client.callTool({
          name,
          arguments: { way: "okk", item: "i", since: "never", size: { width: "wide", color: "gren" } }
        })
        expect(result.isError).toBe(true)
        const problem = problemOf(result)!
        expect(problem).toMatchObject({
          error: "InvalidArguments",
          type: "invalid_arguments",
          category: "validation",
          retry: { should_retry: false, attempts_made: 0 }
        })
        expect(problem.issues?.map((issue) => issue.path.join(".")).toSorted()).toEqual(
          name === "order" ? ["item", "size.color", "size.width", "way"] : ["since", "way"]
        )
        expect(firstText(result)).toContain(`did you mean "ok"?`)
        expect(firstText(result)).toContain(
          "Error: invalid_arguments (validation). Correct the arguments and call again."
        )
        expect(result.structuredContent).toBeUndefined()
      }
      expect(lines).toEqual([])
    }))

  it.effect.each(
    [
      ["order", "declared", { error: "HandlerFailed", type: "processing_error", message: "No ink left" }],
      ["order", "tool_error", { error: "NotFound", type: "not_found", details: { resource: "Item", id: "7" } }],
      ["order", "refused", { type: "connection_failed", category: "transient" }],
      ["order", "known", { type: "internal_error" }],
      ["order", "defect", { type: "internal_error" }],
      ["order", "thrown", { type: "internal_error" }],
      ["order", "interrupt", { type: "internal_error" }],
      ["order", "schema", { type: "internal_error" }],
      ["order", "lie", { type: "internal_error" }],
      ["look", "declared", { error: "HandlerFailed", message: "No ink left" }],
      ["look", "tool_error", { error: "NotFound", details: { resource: "Item", id: "7" } }],
      ["look", "refused", { type: "connection_failed", category: "transient" }],
      ["look", "known", { type: "internal_error" }],
      ["look", "defect", { type: "internal_error" }],
      ["look", "lie", { type: "internal_error" }]
    ] as const
  )("folds a failure: %s, %s", ([name, way, expected]) =>
    Effect.gen(function*() {
      const client = yield* connect(adopted(shown), version)
      const result = yield* client.callTool({ name, arguments: { way, item: "ink" } })
      const problem = problemOf(result)!
      expect(result.isError).toBe(true)
      expect(problem).toMatchObject(expected)
      expect(result.structuredContent).toBeUndefined()
      expect(JSON.stringify(result)).not.toContain("hunter2")
      expect(firstText(result).endsWith(`\nReference: ${problem.reference_id}`)).toBe(true)
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatchObject({ tool: name, reference_id: problem.reference_id, outcome: problem.type })
      if (problem.type === "internal_error") {
        expect(firstText(result)).toBe(
          `The tool failed unexpectedly.\nError: internal_error (permanent). Do not retry. Report the reference.\nReference: ${problem.reference_id}`
        )
        expect(lines[0]).toMatchObject({ level: "Error", cause: expect.any(String) as string })
        expect(reported).toHaveLength(1)
      } else {
        expect(reported).toEqual([])
      }
    }))
})

describe("what is told of a failure", () => {
  it.effect("classify comes before expose, and before the default table; one that throws is passed over", () =>
    Effect.gen(function*() {
      const seen: Array<unknown> = []
      const client = yield* connect(adopted({
        logsCalls: false,
        expose: () => true,
        classify: (failure) => {
          seen.push(failure)
          if (failure instanceof DatabaseDown) return new Errors.Unavailable({ service: "The shop" })
          if (failure instanceof OutOfStock) throw new Error(secret)
          return undefined
        }
      }))
      const known = yield* client.callTool({ name: "order", arguments: { way: "known", item: "ink" } })
      // nobody knows whether the order was placed
      expect(problemOf(known)).toMatchObject({
        error: "Unavailable",
        type: "unavailable",
        retry: { should_retry: false, reason: "undeclared_safety" }
      })
      const read = yield* client.callTool({ name: "look", arguments: { way: "known" } })
      expect(problemOf(read)).toMatchObject({ type: "unavailable", retry: { should_retry: true } })
      const declared = yield* client.callTool({ name: "look", arguments: { way: "declared" } })
      expect(problemOf(declared)).toMatchObject({ error: "HandlerFailed", message: "No ink left" })
      const found = yield* client.callTool({ name: "look", arguments: { way: "tool_error" } })
      expect(problemOf(found)).toMatchObject({ error: "NotFound" })
      expect(seen.map((failure) => (failure as { _tag: string })._tag)).toEqual([
        "DatabaseDown",
        "DatabaseDown",
        "OutOfStock"
      ])
    }))

  it.effect("safety comes from the annotations, unless it is given", () =>
    Effect.gen(function*() {
      const down = Effect.fail(new Errors.Unavailable({ service: "The shop" }))
      const make = <const Name extends string>(name: Name) => Tool.make(name, { failure: Errors.Unavailable })
      const toolkit = Toolkit.make(
        make("nobody"),
        make("read").annotate(Tool.Readonly, true),
        make("idempotent").annotate(Tool.Idempotent, true),
        make("given"),
        make("worse").annotate(Tool.Readonly, true)
      )
      const tools = Errata.adoptToolkit(toolkit, {
        logsCalls: false,
        tools: { given: { safety: "read" }, worse: { safety: "once" } }
      })
      const client = yield* connect(
        Layer.provide(
          tools,
          toolkit.toLayer({
            nobody: () => down,
            read: () => down,
            idempotent: () => down,
            given: () => down,
            worse: () => down
          })
        )
      )
      const types: Record<string, unknown> = {}
      const mayRepeat: Array<string> = []
      for (const name of Object.keys(toolkit.tools)) {
        const result = yield* client.callTool({ name, arguments: {} })
        const problem = problemOf(result)
        types[name] = problem?.type
        if (problem?.retry.should_retry === true) mayRepeat.push(name)
      }
      expect(types).toEqual({
        nobody: "unavailable",
        read: "unavailable",
        idempotent: "unavailable",
        given: "unavailable",
        worse: "outcome_unknown"
      })
      expect(mayRepeat).toEqual(["read", "idempotent", "given"])
    }))

  it.effect("a tool may be named as every object's constructor", () =>
    Effect.gen(function*() {
      const toolkit = Toolkit.make(Tool.make("constructor", { failure: Errors.NotFound }))
      const fail = { constructor: () => Effect.fail(new Errors.NotFound({ resource: "Item" })) }
      const client = yield* connect(
        Layer.provide(Errata.adoptToolkit(toolkit, { logsCalls: false }), toolkit.toLayer(fail))
      )
      const result = yield* client.callTool({ name: "constructor", arguments: {} })
      expect(problemOf(result)).toMatchObject({ error: "NotFound" })
    }))

  it.effect("options may differ from tool to tool, and a tool may stay with effect", () =>
    Effect.gen(function*() {
      const client = yield* connect(adopted({
        logsCalls: false,
        tools: { order: { expose: [OutOfStock], metaPrefix: "shop/" }, look: false }
      }))
      const call = (name: string) => client.callTool({ name, arguments: { way: "declared", item: "ink" } })
      const order = yield* call("order")
      expect(Object.keys(order._meta ?? {})).toEqual(["shop/problem"])
      expect(firstText(order)).toMatch(/^No ink left\.\nError: processing_error/)
      const theirs = yield* Effect.flatMap(connect(native), (client) =>
        client.callTool({ name: "look", arguments: { way: "declared" } }))
      expect(plain(yield* call("look"))).toEqual(plain(theirs))
    }))

  it.effect("MCP_DEBUG's option shows the detail of a defect", () =>
    Effect.gen(function*() {
      const client = yield* connect(adopted({ isDebugging: true }))
      const result = yield* client.callTool({ name: "order", arguments: { way: "defect", item: "ink" } })
      expect(JSON.stringify(result)).toContain("postgres://")
      expect(JSON.stringify(result)).not.toContain("hunter2")
    }))

  it.effect("arguments marked as sensitive are neither told nor logged", () =>
    Effect.gen(function*() {
      const login = Tool.make("login", {
        parameters: Schema.Struct({ user: Schema.Finite, password: Schema.Redacted(Schema.Finite) }),
        success: Schema.Void
      })
      const toolkit = Toolkit.make(login)
      const client = yield* connect(
        Layer.provide(Errata.adoptToolkit(toolkit), toolkit.toLayer({ login: () => Effect.void }))
      )
      const result = yield* client.callTool({ name: "login", arguments: { user: "ada", password: "hunter2" } })
      expect(problemOf(result)?.issues?.map(({ path }) => path[0])).toEqual(["user", "password"])
      expect(JSON.stringify([result, lines])).not.toContain("hunter2")
      expect(lines).toHaveLength(1)
    }))

  it.effect("a strict tool names the argument that was meant", () =>
    Effect.gen(function*() {
      const client = yield* connect(adopted({ logsCalls: false }))
      const result = yield* client.callTool({ name: "strict", arguments: { n: 1, m: 2 } })
      expect(problemOf(result)?.issues).toEqual([{ path: ["m"], message: "Unknown argument; the known ones are n" }])
    }))
})
