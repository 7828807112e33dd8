import * as DurableTool from "@errata/core/durable"
import type * as Errors from "@errata/core/Errors"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import { describe, expect, test } from "tstyche"

class Declined extends ToolError.Permanent<Declined>()("Declined", {}, { type: "conflict", message: () => "no" }) {}

class Bank extends Context.Service<Bank, { readonly charge: Effect.Effect<string, Declined> }>()("Bank") {}

const definition = {
  description: "d",
  input: { order_id: Schema.String, note: Schema.optionalKey(Schema.String), amount: Schema.Finite },
  output: { id: Schema.String },
  errors: [Declined]
} as const

const order = DurableTool.make("place_order", { ...definition, key: "order_id" })

const charge = DurableTool.activity("charge", {
  output: Schema.String,
  errors: [Declined],
  execute: () => Effect.flatMap(Bank, (bank) => bank.charge)
})

describe("the key", () => {
  test("is a field that always holds text, or a function", () => {
    expect(DurableTool.make("a", { ...definition, key: (input) => `${input.order_id}/${input.amount}` }))
      .type.toBeAssignableTo<Tool.Any>()
    expect(DurableTool.make).type.not.toBeCallableWith("a", { ...definition, key: "note" })
    expect(DurableTool.make).type.not.toBeCallableWith("a", { ...definition, key: "amount" })
    expect(DurableTool.make).type.not.toBeCallableWith("a", definition)
  })
})

describe("a durable tool", () => {
  test("takes no safety, no key of another kind, no policy and no marks", () => {
    for (const more of [{ safety: "once" }, { keyed: "order_id" }, { effects: "marked" }, { retry: {} }] as const) {
      expect(DurableTool.make).type.not.toBeCallableWith("a", { ...definition, key: "order_id", ...more })
    }
  })
  test("may fail with what it declares, and with what every durable tool may", () => {
    expect<Tool.ErrorOf<typeof order>>().type.toBe<
      | Declined
      | Errors.InProgress
      | Errors.IdempotencyConflict
      | Errors.InvalidState
      | Errors.ProcessingError
      | Errors.Unavailable
    >()
  })
  test("asks for an engine, and for its work", () => {
    expect(DurableTool.handle(order)).type.toBeAssignableTo<
      Tool.Handled<WorkflowEngine | DurableTool.Body<"place_order">>
    >()
    expect(DurableTool.handle(order)).type.not.toBeAssignableTo<Tool.Handled<WorkflowEngine>>()
  })
})

describe("the work", () => {
  test("asks its layer for what its activities need", () => {
    expect(DurableTool.layer(order, () => Effect.map(charge, (id) => ({ id }))))
      .type.toBe<Layer.Layer<DurableTool.Body<"place_order">, never, WorkflowEngine | Bank>>()
  })
  test("fails with what the tool declares only", () => {
    const other = DurableTool.make("other", { ...definition, errors: [], key: "order_id" })
    expect(DurableTool.layer).type.not.toBeCallableWith(other, () => Effect.map(charge, (id) => ({ id })))
  })
  test("returns the output", () => {
    expect(DurableTool.layer).type.not.toBeCallableWith(order, () => charge)
  })
})

describe("an activity", () => {
  test("fails with what it declares only", () => {
    expect(DurableTool.activity).type.not.toBeCallableWith("charge", { execute: () => Effect.fail(new Declined()) })
    expect(DurableTool.activity("charge", { errors: [Declined], execute: () => Effect.fail(new Declined()) }))
      .type.toBe<Effect.Effect<void, Declined, DurableTool.PerRun>>()
  })
  test("returns its output", () => {
    expect(DurableTool.activity).type.not.toBeCallableWith("charge", {
      output: Schema.String,
      execute: () => Effect.succeed(1)
    })
  })
})
