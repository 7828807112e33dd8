/** What the log says of failures and retries, and which successes it leaves out. */
import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

const tool = Tool.make("work", {
  description: "d",
  input: { mode: Schema.String },
  output: Schema.String,
  errors: [Errors.Unavailable, Errors.NotFound],
  safety: "read",
  retry: RetryPolicy.make(Schedule.spaced("2 millis"), { maxRetries: 1 })
})
let tries = 0
const handled = Tool.handle(
  tool,
  ({ mode }) =>
    Effect.suspend((): Effect.Effect<string, Errors.Unavailable | Errors.NotFound> => {
      if (mode === "missing") return Effect.fail(new Errors.NotFound({ resource: "It" }))
      if (mode === "flaky") {
        return ++tries % 2 === 1
          ? Effect.fail(new Errors.Unavailable({ service: "It" }))
          : Effect.succeed("x")
      }
      return mode === "broken" ? Effect.die(new RangeError("no")) : Effect.succeed(mode)
    })
)

const linesOf = async (
  modes: ReadonlyArray<string>,
  options: Handler.Options = {},
  log: Parameters<typeof Log.layer>[0] = {}
) => {
  const lines: Array<Record<string, unknown>> = []
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  const call = Handler.make(handled, { ...options, runtime: Log.layer({ ...log, write }) })
  for (const mode of modes) await call({ mode })
  return lines
}

describe("the line of a call", () => {
  it("names the class of what failed and its fingerprint, and nothing of the kind of a success", async () => {
    const [fine, missing, again, broken] = await linesOf(["fine", "missing", "missing", "broken"])
    expect([fine?.["error"], fine?.["fingerprint"]]).toEqual([undefined, undefined])
    expect([missing?.["error"], broken?.["error"]]).toEqual(["NotFound", "RangeError"])
    expect(missing?.["fingerprint"]).toMatch(/^[0-9a-f]{12}$/)
    expect(again?.["fingerprint"]).toBe(missing?.["fingerprint"])
    expect(broken?.["fingerprint"]).not.toBe(missing?.["fingerprint"])
  })

  it("lists attempts with their delays, only where something was tried again", async () => {
    const [fine, flaky] = await linesOf(["fine", "flaky"])
    expect(fine).not.toHaveProperty("retries")
    expect(flaky).toMatchObject({
      outcome: "success",
      attempt: 2,
      retries: [{ attempt: 2, delay_ms: 2, error: "Unavailable", type: "unavailable" }]
    })
  })
})

describe("sampling", () => {
  it("leaves out successes, never what failed or was tried again", async () => {
    const lines = await linesOf(["fine", "fine", "missing", "flaky", "broken"], { logsSuccesses: 0 })
    expect(lines.map(({ outcome, retries }) => [outcome, retries !== undefined])).toEqual([
      ["not_found", false],
      ["success", true],
      ["internal_error", false]
    ])
  })

  it("keeps about the share, and says which share it was", async () => {
    const lines = await linesOf(Array.from({ length: 400 }, () => "fine"), { logsSuccesses: 0.25 })
    expect(lines.length).toBeGreaterThan(50)
    expect(lines.length).toBeLessThan(170)
    expect(new Set(lines.map((line) => line["sample_rate"]))).toEqual(new Set([0.25]))
    // the reference decides, so that every process and every tool that looks it up agrees
    expect(lines.every((line) => Number.parseInt(line["reference_id"] as string, 16) < 0x4000_0000)).toBe(true)
  })

  it("refuses what is no share", () => {
    expect(() => Handler.make(handled, { logsSuccesses: 2 })).toThrow("logsSuccesses")
    expect(() => Handler.make(handled, { logsSuccesses: Number.NaN })).toThrow("logsSuccesses")
  })
})

describe("a minimum level", () => {
  it("leaves out what is below", async () => {
    const lines = await linesOf(["fine", "missing", "broken"], {}, { minimumLevel: "Error" })
    expect(lines.map((line) => line["outcome"])).toEqual(["internal_error"])
  })
})
