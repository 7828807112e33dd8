import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

const list = Tool.make("list", { description: "Lists.", safety: "read" })
const pay = Tool.make("pay", {
  description: "Pays.",
  input: { user: Schema.String, token: Schema.optionalKey(Schema.String) },
  errors: [Errors.NotFound, Errors.Unavailable]
})
const notFound = new Errors.NotFound({ resource: "User", id: "7" })
/** An error that an effect failed with stays marked: not the one that all share. */
const missing = () => new Errors.NotFound({ resource: "User", id: "7" })
const handled = Tool.handle(
  pay,
  ({ user }) => user === "busy" ? Effect.fail(new Errors.Unavailable({ service: "Payments" })) : Effect.fail(notFound)
)

/** Steps of an error that is not known when tools are registered. */
const told =
  (steps: ReadonlyArray<RecoveryStep.RecoveryStep>) => (error: unknown): ReadonlyArray<RecoveryStep.RecoveryStep> =>
    error === undefined ? [] : steps

const stepsIn = async (guides: ReadonlyArray<Tool.Guide>, user = "7") => {
  const { problem } = await Effect.runPromise(ToolTest.call(handled, { user }, { guides }))
  return problem?.recovery_steps
}

describe("guides", () => {
  it("are told by ToolTest, where nobody knows what is listed", async () => {
    expect(await stepsIn([Tool.guide([pay], { NotFound: (e) => [{ action: `Look for ${e.id}`, tool: "elsewhere" }] })]))
      .toEqual([{ step: 1, action: "Look for 7", tool: "elsewhere" }])
  })

  it("of several for one error the last wins, and of others nothing is lost", async () => {
    const guides = [
      Tool.guide([pay], { NotFound: [{ action: "First" }], Unavailable: [{ action: "Wait" }] }),
      Tool.guide([pay, list], { NotFound: [{ action: "Second" }] })
    ]
    expect(await stepsIn(guides)).toEqual([{ step: 1, action: "Second" }])
    expect(await stepsIn(guides, "busy")).toEqual([{ step: 1, action: "Wait" }])
  })

  it("never lead an open call to itself, not even as an option", async () => {
    const again = Tool.step(pay, { user: "7" }, { action: "Pay again" })
    const guides = [Tool.guide([pay], {
      Unavailable: told([again, RecoveryStep.choice("Choose", [again, { action: "Ask a person" }])])
    })]
    expect(await stepsIn(guides, "busy")).toEqual([{
      step: 1,
      action: "Choose",
      options: [{ action: "Ask a person" }]
    }])
  })

  it("never lead a call to itself of which an effect began, whatever it failed with", async () => {
    const marked = Tool.make("pay_marked", {
      description: "Pays.",
      input: { user: Schema.String },
      errors: [Errors.NotFound],
      safety: "once",
      effects: "marked"
    })
    const paid = Tool.handle(marked, ({ user }) => {
      const charge = ToolCall.irreversible(user === "broken" ? Effect.fail(missing()) : Effect.void, { name: "charge" })
      return user === "new" ? Effect.fail(missing()) : Effect.andThen(charge, Effect.fail(missing()))
    })
    const ask = { action: "Ask a person" }
    const guides = [Tool.guide([marked], {
      NotFound: told([
        Tool.step(marked, { user: "8" }, { action: "Pay for another" }),
        RecoveryStep.change({ user: "8" }),
        RecoveryStep.choice("Choose", [Tool.step(marked, { user: "7" }, { action: "Pay again" }), ask])
      ])
    })]
    const steps = async (user: string) =>
      (await Effect.runPromise(ToolTest.call(paid, { user }, { guides }))).problem?.recovery_steps
    expect((await steps("new"))?.length).toBe(3)
    const safe = [{ step: 1, action: "Choose", options: [ask] }]
    expect(await steps("7")).toEqual(safe)
    expect(await steps("broken")).toEqual(safe)
  })

  it("never lead from an item that may have taken effect to the tool it was called with", async () => {
    const payAll = Tool.make("pay_all", {
      description: "Pays.",
      input: { users: Schema.Array(Schema.String) },
      output: Batch.Report(Schema.String),
      errors: [Errors.NotFound, Errors.Unavailable, Errors.Timeout],
      safety: "once",
      effects: "marked"
    })
    const again = Tool.step(payAll, { users: ["7"] }, { action: "Pay again" })
    const wait = { action: "Wait" }
    const failure = (user: string) =>
      ToolError.withGuidance(user === "busy" ? new Errors.Unavailable({ service: "Payments" }) : missing(), {
        steps: [again, RecoveryStep.change({ users: ["7"] }), wait]
      })
    const paid = Tool.handle(payAll, ({ users }) =>
      Batch.forEach(users, (user) => {
        const fails = Effect.fail(failure(user))
        const charge = ToolCall.irreversible(Effect.succeed(user), { name: "charge" })
        return user === "new" ? Effect.as(fails, user) : Effect.andThen(charge, Effect.as(fails, user))
      }, { key: (user) => user }))
    const { result } = await Effect.runPromise(ToolTest.call(paid, { users: ["busy", "gone", "new"] }))
    const { errors } = result.structuredContent as { readonly errors: ReadonlyArray<Record<string, unknown>> }
    const told = errors.map(({ key, recovery_steps }) => [key, (recovery_steps as ReadonlyArray<unknown>).length])
    expect(told).toEqual([["busy", 1], ["gone", 1], ["new", 3]])
  })

  it("leave a secret to be filled in, and still check the rest", async () => {
    const token = `ghp_${"a1B2".repeat(9)}`
    const guides = [Tool.guide([pay], {
      NotFound: told([
        { action: "Pay", tool: "pay", parameters: { user: "8", token } },
        { action: "Pay wrongly", tool: "pay", parameters: { usr: "8", token } }
      ])
    })]
    expect(await stepsIn(guides)).toEqual([
      { step: 1, action: "Pay", tool: "pay", parameters: { user: "8" }, fill: ["token"] }
    ])
  })

  it("are refused by Handler.make if their parameters do not fit", () => {
    const guides = [Tool.guide([pay], { NotFound: () => [{ action: "Pay", tool: "pay", parameters: { user: 8 } }] })]
    expect(() => Handler.make(handled, { guides })).toThrow(/^The guide for pay, NotFound: the step "Pay" calls pay/)
  })

  it("stay within bounds, whatever a guide returns", async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => ({ action: `Step ${i}` }))
    expect(await stepsIn([Tool.guide([pay], { NotFound: told(many) })])).toHaveLength(20)
    const hostile = { NotFound: told({ length: 1e9 } as never) }
    expect(await stepsIn([Tool.guide([pay], hostile)])).toBeUndefined()
    const getter = Object.defineProperty({}, "action", {
      get: () => {
        throw new Error("no")
      }
    })
    expect(await stepsIn([Tool.guide([pay], { NotFound: told([getter as never, { action: "Go on" }]) })]))
      .toEqual([{ step: 1, action: "Go on" }])
  })

  it("are refused by Handler.make if a step is no JSON", () => {
    const parameters: Record<string, unknown> = { user: "8" }
    parameters["self"] = parameters
    const guides = [Tool.guide([pay], { NotFound: [{ action: "Pay", tool: "pay", parameters }] })]
    expect(() => Handler.make(handled, { guides })).toThrow(
      /^The guide for pay, NotFound: a step holds what JSON cannot say/
    )
  })

  it("that return something else, or a promise that fails, cost no reply", async () => {
    const failing = (error: unknown) => Promise.reject(new Error(String(error)))
    for (const wrong of [failing, (error: unknown) => new Set([error]), (error: unknown) => String(error)]) {
      expect(await stepsIn([Tool.guide([pay], { NotFound: wrong as never })])).toBeUndefined()
    }
  })

  it("say in the log, and while debugging in the reply, what was left out", async () => {
    const lines: Array<string> = []
    const logger = Logger.make<unknown, void>(({ message }) => void lines.push(JSON.stringify(message)))
    const wrong = [{ action: "Pay", tool: "pay", parameters: { user: 8 } }, { action: "Wait" }]
    const guides = [Tool.guide([pay], { NotFound: told(wrong) })]
    const call = (isDebugging: boolean) =>
      Handler.make(handled, {
        guides,
        isDebugging,
        logsCalls: false,
        runtime: Context.make(Logger.CurrentLoggers, new Set([logger]))
      })({ user: "7" })
    expect(Meta.call((await call(false))._meta)).toBeUndefined()
    const sentence = "the step \"Pay\" calls pay with parameters that do not fit: user: Expected string, got number"
    expect(JSON.parse(lines[0]!)[1].left_out).toEqual([expect.stringContaining(sentence)])
    expect(Meta.call((await call(true))._meta)?.left_out).toEqual([expect.stringContaining(sentence)])
  })
})

describe("guide", () => {
  it("refuses what the compiler would have refused", () => {
    const guide = Tool.guide as (tools: unknown, steps: unknown) => unknown
    expect(() => guide([], {})).toThrow(/one at least/)
    expect(() => guide([pay], { Missing: [] })).toThrow(/^The guide for pay: none of these tools declares Missing/)
    expect(() => guide([pay], { NotFound: "list" })).toThrow(/give NotFound a list of steps, or a function/)
  })
})

describe("steps of a class", () => {
  it("are what its errors say where nobody says otherwise", async () => {
    class Sold extends ToolError.Permanent<Sold>()("Sold", { item: Schema.String }, {
      type: "conflict",
      message: (e) => `${e.item} is sold`,
      steps: (e) => [{ action: `Choose something like ${e.item}` }]
    }) {}
    const buy = Tool.make("buy", { description: "Buys.", errors: [Sold] })
    const sold = Tool.handle(buy, () => Effect.fail(new Sold({ item: "Ink" })))
    const { problem } = await Effect.runPromise(ToolTest.call(sold, {}))
    expect(problem?.recovery_steps).toEqual([{ step: 1, action: "Choose something like Ink" }])
    expect(ToolError.guidance(new Sold({ item: "Ink" })).steps).toEqual([{ action: "Choose something like Ink" }])
  })
})
