import * as Tool from "@errata/core/Tool"
import { apiErrors } from "@errata/examples/weather/errors"
import { Upstream } from "@errata/examples/weather/Upstream"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { afterEach, describe, expect, it } from "vitest"
import { endpoint, failures, settled } from "./fixtures/failures.ts"
import * as World from "./fixtures/World.ts"

/** A tool that may not be repeated, over the same upstream. That its handler retries inside is its author's choice. */
const actOnce = Tool.make("act_once", {
  description: "Does something that must not be done twice.",
  output: Schema.Struct({ attempts: Schema.Finite }),
  errors: apiErrors
})
const handled = Tool.handle(
  actOnce,
  () => Upstream.use((upstream) => Effect.map(upstream.get(endpoint), ({ attempts }) => ({ attempts })))
)

let world: World.World | undefined
afterEach(() => world?.close())

describe("the same failures in a tool that may not be repeated", () => {
  it.each(failures)("$name: no advice to repeat what may have happened", async (failure) => {
    world = await World.failing(failure)
    const { problem, text } = settled(await world.run(ToolTest.call(handled, {})))
    const advice = text.split("\n")[1]!
    expect(problem?.error).toBe(failure.error)
    expect(problem?.retry.attempts_made ?? 1).toBe(failure.attempts)
    if (failure.category === "transient") {
      expect(advice).toBe(
        "Error: outcome_unknown (permanent). Do not retry: the call may have taken effect. Check first."
      )
      expect(problem).toMatchObject({ type: "outcome_unknown", category: "permanent" })
      expect(problem?.retry).toMatchObject({ should_retry: false, reason: "not_safe_to_repeat" })
      expect(problem?.retry).not.toHaveProperty("retry_after_seconds")
    } else {
      expect(problem).toMatchObject({ type: failure.type, category: failure.category })
      const check = failure.advice === "Do not retry with the same arguments."
        ? ""
        : "Check that it did not take effect. "
      expect(advice).toBe(`Error: ${failure.type} (${failure.category}). ${check}${failure.advice}`)
    }
  })

  it("a call that ran out of time", async () => {
    world = await World.make()
    world.simulator.play({ fault: "hang", times: "always" })
    const { problem } = await world.run(ToolTest.call(handled, {}, { timeout: "5 seconds" }))
    expect(problem).toMatchObject({
      type: "outcome_unknown",
      retry: { should_retry: false, reason: "not_safe_to_repeat" }
    })
  })

  it("a call that was refused only after it may have taken effect", async () => {
    world = await World.make()
    world.simulator.play({ fault: "reset_mid_body" }, { status: 429, times: "always" })
    const { problem } = await world.run(ToolTest.call(handled, {}))
    expect(problem).toMatchObject({
      type: "outcome_unknown",
      retry: { should_retry: false, reason: "not_safe_to_repeat" }
    })
  })
})
