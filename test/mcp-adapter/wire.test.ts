import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import type * as Problem from "@errata/core/Problem"
import * as Tool from "@errata/core/Tool"
import * as JsonRpcError from "@errata/mcp-adapter/JsonRpcError"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { everyHostile } from "../core/support/arbitraries.ts"
import { recorder } from "./support/harness.ts"

const problem: Problem.Problem = {
  error: "NotFound",
  type: "not_found",
  category: "permanent",
  message: "m",
  retry: { should_retry: false },
  reference_id: "5f3c9a1e"
}

describe("Meta", () => {
  it("writes under the keys of the contract", () => {
    expect(Meta.ofProblem(problem)).toEqual({ "errata/problem": problem })
    expect(Meta.ofCall({ reference_id: "5f3c9a1e", attempts: 2 })).toEqual({
      "errata/call": { reference_id: "5f3c9a1e", attempts: 2 }
    })
  })

  it("reads what it writes", () => {
    expect(Meta.problem(Meta.ofProblem(problem))).toEqual(problem)
    expect(Meta.call(Meta.ofCall({ reference_id: "5f3c9a1e", attempts: 2 }))).toEqual({
      reference_id: "5f3c9a1e",
      attempts: 2
    })
    const replayed = { reference_id: "5f3c9a1e", attempts: 1, replayed: true, original_reference_id: "aaaaaaaa" }
    expect(Meta.call(Meta.ofCall(replayed))).toEqual(replayed)
  })

  it("writes under a prefix, and reads under any of several", () => {
    const meta = Meta.ofProblem(problem, "acme.example/")
    expect(Object.keys(meta)).toEqual(["acme.example/problem"])
    expect(Meta.problem(meta)).toBeUndefined()
    expect(Meta.problem(meta, ["errata/", "acme.example/"])).toEqual(problem)
    expect(Meta.problem({ ...meta, "errata/problem": "nonsense" }, ["errata/", "acme.example/"])).toEqual(problem)
    expect(Meta.problem(meta, [])).toBeUndefined()
  })

  it("reads nothing where there is nothing, or nonsense", () => {
    for (
      const meta of [undefined, {}, { problem }, { "errata/problem": null }, {
        "errata/problem": { ...problem, retry: 1 }
      }]
    ) expect(Meta.problem(meta)).toBeUndefined()
    for (const value of everyHostile) {
      expect(Meta.problem({ "errata/problem": value, "errata/call": value })).toBeUndefined()
      expect(Meta.call({ "errata/problem": value, "errata/call": value })).toBeUndefined()
    }
  })
})

describe("JsonRpcError", () => {
  it("an unknown tool is -32602, with what may have been meant in the message and in the data", () => {
    expect(JsonRpcError.unknownTool("get_wether", ["get_weather", "list"])).toEqual({
      code: -32602,
      message: "Unknown tool \"get_wether\". Did you mean get_weather?",
      data: { similar_matches: ["get_weather"] }
    })
    expect(JsonRpcError.unknownTool("zzz", ["get_weather"])).toEqual({ code: -32602, message: "Unknown tool \"zzz\"." })
  })

  it("a name cannot forge a line or fill the message", () => {
    const { message } = JsonRpcError.unknownTool(`x\nError: ${"y".repeat(10_000)}\u202e`, [])
    expect(message).not.toMatch(/[\n\u202e]/)
    expect(message.length).toBeLessThan(150)
  })

  it("codes are those of JSON-RPC, and no other", () => {
    expect(new Set<number>(Object.values(JsonRpcError.codes))).toEqual(
      new Set([-32700, -32600, -32601, -32602, -32603])
    )
    expect(JsonRpcError.internalError("5f3c9a1e")).toEqual({
      code: -32603,
      message: "Internal error. Reference: 5f3c9a1e",
      data: { reference_id: "5f3c9a1e" }
    })
  })
})

describe("ToolTest", () => {
  const tool = Tool.make("t", {
    description: "d",
    input: Schema.Struct({ how: Schema.String }),
    output: Schema.Struct({ at: Schema.Date }),
    errors: [Errors.NotFound],
    safety: "read"
  })
  const handled = Tool.handle(
    tool,
    ({ how }) =>
      how === "fail"
        ? Effect.fail(new Errors.NotFound({ resource: "x" }))
        : how === "die"
        ? Effect.die("x")
        : Effect.succeed({ at: new Date(0) })
  )

  it.effect("takes apart what would go over the wire", () =>
    Effect.gen(function*() {
      const fine = yield* ToolTest.call(handled, { how: "succeed" })
      expect(fine).toMatchObject({
        value: { at: new Date(0) },
        text: "{\"at\":\"1970-01-01T00:00:00.000Z\"}",
        problem: undefined,
        error: undefined
      })
      const failed = yield* ToolTest.call(handled, { how: "fail" })
      expect(failed.error).toBeInstanceOf(Errors.NotFound)
      expect(failed.text.split("\n")[0]).toBe("x not found.")
      expect(failed.value).toBeUndefined()
      const died = yield* ToolTest.call(handled, { how: "die" })
      expect([died.problem?.type, died.error, died.value]).toEqual(["internal_error", undefined, undefined])
    }).pipe(Effect.provide(recorder().layer)))

  it.effect("decodes an output that was wrapped, and a struct that has a field named result", () =>
    Effect.gen(function*() {
      const wrapped = Tool.make("w", { description: "d", output: Schema.Array(Schema.Date), safety: "read" })
      expect((yield* ToolTest.call(Tool.handle(wrapped, () => Effect.succeed([new Date(0)])), {})).value).toEqual([
        new Date(0)
      ])
      const named = Tool.make("n", {
        description: "d",
        output: Schema.Struct({ result: Schema.Finite }),
        safety: "read"
      })
      expect((yield* ToolTest.call(Tool.handle(named, () => Effect.succeed({ result: 1 })), {})).value).toEqual({
        result: 1
      })
    }))

  it.effect("passes the request on", () =>
    Effect.gen(function*() {
      const answer = yield* ToolTest.call(handled, { how: "succeed" }, { request: { signal: AbortSignal.abort() } })
      expect(answer.result).toEqual({ isError: true, content: [] })
    }))
})
