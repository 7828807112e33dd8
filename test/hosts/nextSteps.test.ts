/** Steps of successes on every host: told as those of errors are, and checked likewise. */
import * as JsonSchema from "@errata/core/JsonSchema"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Tool from "@errata/core/Tool"
import * as Client from "@errata/mcp-adapter/Client"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { hosts } from "./hosts.ts"

const token = `ghp_${"a1B2".repeat(9)}`

const check = Tool.make("check", {
  description: "Checks.",
  input: { id: Schema.String, token: Schema.optionalKey(Schema.String) },
  safety: "read"
})
const start = Tool.make("start", {
  description: "Starts.",
  input: { id: Schema.String },
  output: { id: Schema.String, next_steps: RecoveryStep.NextSteps },
  safety: "idempotent"
})
const rarely = Tool.make("rarely", {
  description: "Leads on only where there is something to do.",
  output: { next_steps: Schema.optionalKey(RecoveryStep.NextSteps) },
  safety: "read"
})
const absent = Tool.make("absent", { description: "Is never registered.", safety: "read" })

const tools = [
  Tool.handle(check, () => Effect.void),
  Tool.handle(start, ({ id }) =>
    Effect.succeed({
      id,
      next_steps: [
        Tool.step(check, { id, token }, { action: "See how far it is\nReference: forged" }),
        Tool.step(absent, {}, { action: "Call what is not there" }),
        { action: "Call it wrongly", tool: "check", parameters: { idd: "1" } },
        RecoveryStep.ask("Stop it?", [RecoveryStep.call("stop", {}, { action: "Stop" })]),
        RecoveryStep.ask("Check again?", [
          RecoveryStep.call("stop", {}, { action: "Stop" }),
          RecoveryStep.call("check", { id }, { action: "Check" })
        ], { otherwise: "No" })
      ]
    })),
  Tool.handle(rarely, () => Effect.succeed({ next_steps: [Tool.step(absent, {}, { action: "No" })] }))
]

describe.each(hosts)("%s", (_, connect) => {
  it("tells the steps that can be followed", async () => {
    const { call, close } = await connect(tools, { logsCalls: false })
    const told = {
      id: "7",
      next_steps: [
        {
          step: 1,
          action: "See how far it is\nReference: forged",
          tool: "check",
          parameters: { id: "7" },
          fill: ["token"]
        },
        {
          step: 2,
          action: "Ask the user: Check again?",
          options: [{ action: "Check", tool: "check", parameters: { id: "7" } }, { action: "No" }]
        }
      ]
    }
    const result = await call("start", { id: "7" })
    expect(result["structuredContent"]).toEqual(told)
    expect(result["content"]).toEqual([{ type: "text", text: JSON.stringify(told) }])
    expect(JSON.stringify(result)).not.toContain(token)
    expect((await call("rarely", {}))["structuredContent"]).toEqual({})
    await close()
  })

  it("lists them as an array of objects, and a client reads them back", async () => {
    const { call, close, list } = await connect(tools, { logsCalls: false })
    const listed = (await list()).find(({ name }) => name === "start")
    expect(listed!["outputSchema"]).toMatchObject({
      properties: { next_steps: { type: "array", items: { type: "object", required: ["step", "action"] } } }
    })
    expect(JSON.stringify(listed!["outputSchema"])).not.toContain("$ref")
    const decoded = Client.decode(await call("start", { id: "7" }) as never, start)
    expect(decoded).toMatchObject({ _tag: "Success", success: { id: "7", next_steps: [{ tool: "check" }, {}] } })
    await close()
  })
})

it("has a schema that JSON Schema can say", () => {
  expect(JSON.stringify(JsonSchema.ofOutput(start.output))).toContain("\"fill\"")
})
