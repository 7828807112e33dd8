import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import { test } from "node:test"
import { read, write } from "../src/handlers.ts"
import { inMemory } from "../src/Notes.ts"

test("a note that was written can be read", async () => {
  const program = Effect.gen(function*() {
    yield* ToolTest.call(write, { name: "list", text: "milk" })
    return yield* ToolTest.call(read, { name: "list" })
  })
  const { value } = await Effect.runPromise(Effect.provide(program, inMemory))
  assert.deepEqual(value, { name: "list", text: "milk" })
})

test("a name that is nearly right is answered with the right one", async () => {
  const { text } = await Effect.runPromise(Effect.provide(ToolTest.call(read, { name: "welcom" }), inMemory))
  assert.match(text, /^Note welcom not found\.\nError: not_found \(permanent\)\./)
  assert.match(text, /\nDid you mean: welcome\?\n/)
})

test("a note that is too long says what to do", async () => {
  const call = ToolTest.call(write, { name: "long", text: "x".repeat(10_001) })
  const { problem } = await Effect.runPromise(Effect.provide(call, inMemory))
  assert.equal(problem?.suggestion, "Shorten the note or split it in two")
})
