import * as DurableTool from "@errata/core/durable"
import type * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { register as register1 } from "@errata/mcp-adapter/sdk"
import { register as register2 } from "@errata/mcp-adapter/server"
import { registerTasks } from "@errata/mcp-adapter/tasks"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
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

describe("a server", () => {
  const engine = DurableTool.layerMemory
  const work = DurableTool.layer(order, () => Effect.succeed({ id: "a" }))
  const server1 = new McpServer1({ name: "s", version: "1" })
  const server2 = new McpServer2({ name: "s", version: "1" })

  test("serves no durable tool without its work, or without an engine", () => {
    for (
      const tool of [DurableTool.handle(order), DurableTool.pollTool(order), DurableTool.cancelTool(order)] as const
    ) {
      expect(register1).type.not.toBeCallableWith(server1, [tool], { runtime: engine })
      expect(register2).type.not.toBeCallableWith(server2, [tool], { runtime: engine })
      expect(register1).type.not.toBeCallableWith(server1, [tool])
      expect(register1).type.toBeCallableWith(server1, [tool], { runtime: Layer.provideMerge(work, engine) })
      expect(register2).type.toBeCallableWith(server2, [tool], { runtime: Layer.provideMerge(work, engine) })
    }
  })
  test("serves no tasks without them either, and none of tools that are not durable", () => {
    expect(registerTasks).type.not.toBeCallableWith(server1, [order], { runtime: engine })
    expect(registerTasks).type.not.toBeCallableWith(server2, [order], { runtime: engine })
    expect(registerTasks).type.toBeCallableWith(server1, [order], { runtime: Layer.provideMerge(work, engine) })
    expect(registerTasks).type.toBeCallableWith(server2, [order], { runtime: Layer.provideMerge(work, engine) })
    const plain = Tool.make("plain", { description: "d" })
    expect(registerTasks).type.not.toBeCallableWith(server1, [plain], { runtime: Layer.provideMerge(work, engine) })
  })
  test("serves no work of another tool", () => {
    const other = DurableTool.make("other", { ...definition, key: "order_id" })
    const runtime = Layer.provideMerge(DurableTool.layer(other, () => Effect.succeed({ id: "a" })), engine)
    expect(register1).type.not.toBeCallableWith(server1, [DurableTool.handle(order)], { runtime })
  })
})

describe("an earlier version", () => {
  test("says how its output becomes one of today", () => {
    const old = DurableTool.make("place_order", { ...definition, output: { number: Schema.Finite }, key: "order_id" })
    const output = ({ number }: typeof old.output.Type) => ({ id: String(number) })
    expect(DurableTool.make).type.toBeCallableWith("a", {
      ...definition,
      key: "order_id",
      previous: [{ tool: old, output }]
    })
    expect(DurableTool.make).type.not.toBeCallableWith("a", {
      ...definition,
      key: "order_id",
      previous: [{ tool: old }]
    })
    expect(DurableTool.make).type.not.toBeCallableWith("a", {
      ...definition,
      key: "order_id",
      previous: [{ tool: old, output: () => ({ id: 1 }) }]
    })
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
  test("is undone by what takes its result, and fails with errors of tools only", () => {
    const given = { output: Schema.String, execute: () => Effect.succeed("a") } as const
    expect(DurableTool.activity).type.toBeCallableWith("charge", {
      ...given,
      compensate: (result: string, { key }: DurableTool.Step) => Effect.succeed([result, key])
    })
    expect(DurableTool.activity).type.not.toBeCallableWith("charge", {
      ...given,
      compensate: (result: number) => Effect.succeed(result)
    })
    expect(DurableTool.activity).type.not.toBeCallableWith("charge", {
      ...given,
      compensate: () => Effect.fail(new Error("no"))
    })
    expect(DurableTool.activity).type.not.toBeCallableWith("charge", { ...given, compensate: "refund" })
  })
  test("is not named as what undoes another", () => {
    expect(DurableTool.activity).type.toBeCallableWith("undone", { execute: () => Effect.void })
    expect(DurableTool.activity).type.not.toBeCallableWith("undo charge", { execute: () => Effect.void })
    expect(DurableTool.sleep).type.not.toBeCallableWith("undo charge", "1 day")
    expect(DurableTool.sleep).type.toBeCallableWith("cooling off", "1 day")
  })
})
