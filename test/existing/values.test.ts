/** What a handler returned and how it is said: nothing that was there may become an empty object. */
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"

let restore = () => {}
beforeEach(() => {
  restore = takeStderr()
})
afterEach(() => restore())

const answer = async (value: unknown) => await wrapHandler(async () => value, { name: "it", logsCalls: false })()

describe("what cannot be said is a defect", () => {
  it.each<readonly [string, unknown]>([
    ["a Blob", new Blob(["x"])],
    ["a stream", new ReadableStream()],
    ["a WeakMap", new WeakMap()],
    ["a WeakSet", new WeakSet()],
    ["a WeakRef", new WeakRef({})],
    ["a pattern", /x/],
    [
      "a generator",
      (function*() {
        yield 1
      })()
    ],
    [
      "a generator of promises",
      (async function*() {
        yield 1
      })()
    ],
    ["an iterator", [1].values()],
    ["a buffer without a view", new ArrayBuffer(8)],
    ["a signal", new AbortController().signal],
    ["a function", () => 1]
  ])("%s", async (_, value) => {
    expect((await answer(value)).isError).toBe(true)
  })
})

describe("what can be said is said", () => {
  it.each<readonly [string, unknown, unknown]>([
    ["headers", new Headers({ a: "1" }), { result: [["a", "1"]] }],
    ["parameters", new URLSearchParams("a=1&a=2"), { result: [["a", "1"], ["a", "2"]] }],
    ["a Map one level down", { by: new Map([["a", 1]]) }, { by: [["a", 1]] }],
    ["a Set two levels down", { a: [{ b: new Set([1, 2]) }] }, { a: [{ b: [1, 2] }] }],
    ["a Map in a Map", new Map([["a", new Map([["b", 1]])]]), { result: [["a", [["b", 1]]]] }],
    ["an empty object", {}, {}],
    ["an empty list", [], { result: [] }],
    ["an object of a class without fields", new (class Nothing {})(), {}],
    ["a number", 7, { result: 7 }],
    ["a view of bytes", new Uint8Array(0), {}]
  ])("%s", async (_, value, expected) => {
    const result = await answer(value)
    expect(result.isError).not.toBe(true)
    expect(result.structuredContent).toEqual(expected)
    expect(JSON.parse((result.content[0] as { readonly text: string }).text)).toEqual(expected)
  })

  it("what holds no collection goes out as it is", async () => {
    const at = new Date(0)
    const result = await answer({ at, n: 1 })
    expect((result.structuredContent as { readonly at: unknown }).at).toBe(at)
  })

  it("a result of _meta alone is one", async () => {
    const result = await answer({ _meta: { "example.org/a": 1 } })
    expect(result).toEqual({ content: [], _meta: { "example.org/a": 1 } })
    expect((await answer({ _meta: { a: 1 }, rows: 2 })).structuredContent).toEqual({ _meta: { a: 1 }, rows: 2 })
  })
})
