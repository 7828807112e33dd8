import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

describe("constructors", () => {
  it.each<[string, RecoveryStep.RecoveryStep, unknown]>([
    ["call", RecoveryStep.call("list", {}, { action: "List" }), { action: "List", tool: "list", parameters: {} }],
    [
      "call, with what the caller fills in",
      RecoveryStep.call("stop", { now: true }, { action: "Stop", fill: ["id"], description: "It may take a while" }),
      { action: "Stop", tool: "stop", parameters: { now: true }, fill: ["id"], description: "It may take a while" }
    ],
    ["call, with nothing to fill in", RecoveryStep.call("list", {}, { action: "List", fill: [] }), {
      action: "List",
      tool: "list",
      parameters: {}
    }],
    ["change to values", RecoveryStep.change({ a: 1, b: 2 }), { action: "Change a and b", parameters: { a: 1, b: 2 } }],
    ["change what is named", RecoveryStep.change(["a", "b", "c"]), {
      action: "Change a, b and c",
      fill: ["a", "b", "c"]
    }],
    ["wait", RecoveryStep.wait("90 seconds"), { action: "Wait 90 s" }],
    ["wait, rounded up", RecoveryStep.wait(1, { for: "the lock" }), { action: "Wait 1 s for the lock" }],
    ["wait for ever", RecoveryStep.wait(Number.POSITIVE_INFINITY, { for: "the lock" }), {
      action: "Wait for the lock"
    }],
    ["choice", RecoveryStep.choice("Choose", [{ action: "A" }]), { action: "Choose", options: [{ action: "A" }] }],
    ["ask", RecoveryStep.ask("Delete it?", [{ action: "Delete it", tool: "delete" }]), {
      action: "Ask the user: Delete it?",
      options: [{ action: "Delete it", tool: "delete" }, { action: "Leave it as it is" }]
    }],
    ["ask, with another way out", RecoveryStep.ask("Sure?", [{ action: "Yes" }], { otherwise: "Stop" }), {
      action: "Ask the user: Sure?",
      options: [{ action: "Yes" }, { action: "Stop" }]
    }]
  ])("%s", (_, step, data) => {
    expect(step).toEqual(data)
    expect(JSON.parse(JSON.stringify(step))).toEqual(data)
  })
})

describe("NextSteps", () => {
  const Output = Schema.Struct({ next_steps: RecoveryStep.NextSteps })
  const steps: ReadonlyArray<RecoveryStep.RecoveryStep> = [
    { action: "A", tool: "a", parameters: { id: "1" }, fill: ["name"] },
    RecoveryStep.choice("Choose", [{ action: "B" }, { action: "C", tool: "c" }])
  ]

  it("numbers steps on the wire, and returns them without numbers", () => {
    const encoded = Schema.encodeSync(Schema.toCodecJson(Output))({ next_steps: steps })
    expect(encoded).toEqual({ next_steps: steps.map((step, i) => ({ step: i + 1, ...step })) })
    expect(Schema.decodeUnknownSync(Schema.toCodecJson(Output))(encoded)).toEqual({ next_steps: steps })
  })
})
