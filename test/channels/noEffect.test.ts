/** What a handler returns in the place of an Effect is a defect, whatever it is. */
import { describe, expect, it } from "@effect/vitest"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { expectMasked } from "../mcp-adapter/support/harness.ts"

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const throwing = new Proxy({}, {
  get: () => {
    throw new Error("hunter2")
  },
  has: () => true
})
const noEffects: ReadonlyArray<readonly [string, () => unknown]> = [
  ["a revoked proxy", revoked],
  ["an object without a prototype", () => Object.create(null) as unknown],
  [
    "an object without a prototype that says it is an effect",
    () => Object.assign(Object.create(null) as object, { "~effect/Effect": {} })
  ],
  ["a proxy that has everything, and gives nothing", () => throwing],
  ["nothing", () => undefined],
  ["null", () => null],
  ["a promise", () => Promise.resolve(1)],
  ["a text", () => "hunter2"],
  ["an effect that goes on with a revoked proxy", () => Effect.flatMap(Effect.void, () => revoked() as never)]
]

const runtime = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())
const tool = Tool.make("odd", { description: "d", output: Schema.Finite, safety: "read" })

describe.each(noEffects)("%s in the place of an effect", (_, make) => {
  it("is masked by a handler of a tool", async () => {
    const handler = Handler.make(Tool.handle(tool, make as () => never), { runtime })
    expectMasked(await handler({}))
  })

  it("is masked by a handler that keeps its own schemas", async () => {
    expectMasked(await toHandler(make as () => never, { runtime, safety: "read" })())
  })
})

it("finalizers run all the same", async () => {
  let isReleased = false
  const program = Effect.flatMap(
    Effect.addFinalizer(() => Effect.sync(() => void (isReleased = true))),
    () => revoked() as Effect.Effect<number>
  )
  expectMasked(await Handler.make(Tool.handle(tool, () => program), { runtime })({}))
  expect(isReleased).toBe(true)
})
