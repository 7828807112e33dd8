import { describe, expect, it } from "@effect/vitest"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as Errata from "@errata/mcp-adapter/effect"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Sdk from "@errata/mcp-adapter/sdk"
import * as Server from "@errata/mcp-adapter/server"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as McpServer from "effect/ai/McpServer"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { args, call, charge, till, verified } from "./support.ts"

const info = { name: "shop", version: "1.0.0" }
const sentence =
  "The tool charge takes idempotency keys and has no store: add a layer of IdempotencyStore to its runtime, as IdempotencyStore.layerMemory()"

const dying = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String((Cause.squash(exit.cause) as Error).message) : "it started"

describe("a keyed tool without a store", () => {
  const { handle, look } = till()
  const handled = handle(charge) as never

  it.each<[string, () => unknown]>([
    ["Handler.make", () => Handler.make(handled)],
    ["Handler.make with services", () => Handler.make(handled, { runtime: Context.empty() } as never)],
    ["register on SDK 1.x", () => Sdk.register(new McpServer1(info), [handled])],
    ["register on SDK 2.x", () => Server.register(new McpServer2(info), [handled])],
    ["prepare", () => Server.prepare([handled])]
  ])("does not start: %s", (_, start) => {
    expect(start).toThrow(TypeError)
    expect(start).toThrow(sentence)
  })

  it.effect("does not start in a test, or as a layer", () =>
    Effect.gen(function*() {
      expect(dying(yield* Effect.exit(call(handled as typeof look, args)))).toBe(sentence)
      const tools = Errata.layer([handled as typeof look])
      const layer = Layer.provide(tools, McpServer.McpServer.layer)
      expect(dying(yield* Effect.exit(Effect.scoped(Layer.build(layer))))).toBe(sentence)
    }))

  it("does not start with a runtime that is built", async () => {
    const runtime = ManagedRuntime.make(Layer.empty)
    await runtime.context()
    expect(() => Handler.make(handled, { runtime } as never)).toThrow(sentence)
    await runtime.dispose()
  })

  it("says so at its first call, and runs nothing, where the services are built then", async () => {
    const { attempts, handle } = till()
    const lines: Array<string> = []
    const error = console.error
    console.error = (line: string) => void lines.push(line)
    try {
      const make = Handler.make(handle(charge) as never, { runtime: Layer.empty, logsCalls: false } as never)
      const result = await make(args)
      expect(result.content[0]).toMatchObject({ text: expect.stringContaining("internal_error") as string })
    } finally {
      console.error = error
    }
    expect(attempts()).toBe(0)
  })

  it("starts with one", async () => {
    const { handle } = till()
    const runtime = IdempotencyStore.layerMemory()
    const make = Handler.make(handle(charge), { runtime, logsCalls: false })
    expect((await make(args)).structuredContent).toEqual({ transaction_id: "t-1" })
    expect(Sdk.register(new McpServer1(info), [handle(charge), look], { runtime })).toHaveLength(2)
  })

  it("is registered together with the tool that verifies it", () => {
    const runtime = IdempotencyStore.layerMemory()
    const alone = [handle(verified as never)]
    const together = "The tool charge verifies its calls by get_charge: register both together"
    expect(() => Sdk.register(new McpServer1(info), alone, { runtime })).toThrow(together)
    expect(() => Server.register(new McpServer2(info), alone, { runtime })).toThrow(together)
    expect(Sdk.register(new McpServer1(info), [...alone, look], { runtime })).toHaveLength(2)
  })
})
