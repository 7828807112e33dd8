/** What clients get of handlers' logs: what they asked for, redacted, and nothing of others. */
import * as Tool from "@errata/core/Tool"
import * as Log from "@errata/mcp-adapter/Log"
import * as LogBridge from "@errata/mcp-adapter/LogBridge"
import * as OnSdk from "@errata/mcp-adapter/sdk"
import * as OnServer from "@errata/mcp-adapter/server"
import { Client, InMemoryTransport as Memory2 } from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport as Memory1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { LoggingMessageNotificationSchema } from "@modelcontextprotocol/sdk/types.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

const secret = "sk_live_51H8xkJ2eZvKYlo2C0abcdefgh"

const tool = Tool.make("import_all", {
  description: "d",
  input: { times: Schema.Int },
  output: Schema.String,
  safety: "read"
})
let fork: (() => void) | undefined
const handled = Tool.handle(tool, ({ times }) =>
  Effect.gen(function*() {
    yield* Effect.logDebug("very detailed")
    for (let i = 0; i < times; i++) {
      yield* Effect.logInfo("reading", { file: i, password: "hunter2hunter2", token: secret })
    }
    yield* Effect.logWarning("slow", Cause.fail(new Error("in /srv/app/secret/path.js")))
    const context = yield* Effect.context<never>()
    fork = () => Effect.runForkWith(context)(Effect.logError("after the reply"))
    return "done"
  }))

interface Message {
  readonly level: string
  readonly logger?: string | undefined
  readonly data: { readonly [name: string]: unknown }
}

interface Connected {
  readonly messages: Array<Message>
  readonly setLevel: (level: "debug" | "info" | "warning") => Promise<unknown>
  readonly call: (times: number) => Promise<unknown>
  readonly close: () => Promise<void>
}

/** The time of the servers: it stands still, unless a test moves it. */
let now = 0
const still = Layer.effect(
  Clock.Clock,
  Effect.map(
    Clock.Clock,
    (clock) => Object.create(clock, { currentTimeMillisUnsafe: { value: () => now } }) as Clock.Clock
  )
)

const stderr: Array<string> = []
const runtimeOf = (bridge: LogBridge.LogBridge) =>
  Layer.mergeAll(
    bridge.layer,
    still,
    Log.layer({ write: (line) => void stderr.push(line), minimumLevel: "Debug" })
  )

const connect1 = async (bridge: LogBridge.LogBridge): Promise<Connected> => {
  const server = new McpServer1({ name: "s", version: "1" })
  bridge.attach(server)
  OnSdk.register(server, [handled], { runtime: runtimeOf(bridge) })
  const [there, here] = Memory1.createLinkedPair()
  const client = new Client1({ name: "c", version: "1" })
  const messages: Array<Message> = []
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void messages.push(params as Message))
  await server.connect(there)
  await client.connect(here)
  return {
    messages,
    setLevel: (level) => client.setLoggingLevel(level),
    call: (times) => client.callTool({ name: "import_all", arguments: { times } }),
    close: () => client.close()
  }
}

const connect2 = async (bridge: LogBridge.LogBridge): Promise<Connected> => {
  const server = new McpServer2({ name: "s", version: "1" })
  bridge.attach(server)
  OnServer.register(server, [handled], { runtime: runtimeOf(bridge) })
  const [there, here] = Memory2.createLinkedPair()
  const client = new Client({ name: "c", version: "1" })
  const messages: Array<Message> = []
  client.setNotificationHandler("notifications/message", ({ params }) => void messages.push(params as Message))
  await server.connect(there as never)
  await client.connect(here)
  return {
    messages,
    setLevel: (level) => client.setLoggingLevel(level),
    call: (times) => client.callTool({ name: "import_all", arguments: { times } }),
    close: () => client.close()
  }
}

describe.each([["SDK 1.x", connect1], ["SDK 2.x", connect2]] as const)("the bridge on %s", (_, connect) => {
  it("sends nothing to a client that did not ask", async () => {
    const { call, close, messages } = await connect(LogBridge.make())
    await call(3)
    expect(messages).toEqual([])
    await close()
  })

  it("sends the lines of the call from the level on that was asked for, redacted and without causes", async () => {
    const { call, close, messages, setLevel } = await connect(LogBridge.make())
    await setLevel("info")
    await call(1)
    fork?.()
    await call(0)
    expect(messages.map(({ data, level, logger }) => [level, logger, data["message"]])).toEqual([
      ["info", "import_all", "reading"],
      ["warning", "import_all", "slow"],
      ["warning", "import_all", "slow"]
    ])
    expect(messages[0]?.data).toMatchObject({
      file: 0,
      tool: "import_all",
      reference_id: expect.stringMatching(/^[0-9a-f]{8}$/),
      password: "[redacted]"
    })
    expect(JSON.stringify(messages)).not.toMatch(/hunter2|sk_live|\/srv\/app/)
    expect(stderr.some((line) => line.includes("after the reply"))).toBe(true)
    await setLevel("warning")
    messages.length = 0
    await call(2)
    expect(messages.map(({ level }) => level)).toEqual(["warning"])
    await close()
  })

  it("sends no client a line of another's call", async () => {
    const bridge = LogBridge.make()
    const one = await connect(bridge)
    const other = await connect(bridge)
    await one.setLevel("info")
    await other.call(2)
    expect([one.messages, other.messages]).toEqual([[], []])
    await one.close()
    await other.close()
  })

  it("bounds what is sent, and says how much was left out", async () => {
    const { call, close, messages, setLevel } = await connect(LogBridge.make({ mostPerSecond: 5 }))
    await setLevel("info")
    now = 0
    await call(200)
    expect(messages).toHaveLength(5)
    now = 1_000
    await call(1)
    // 195 and a warning of the first call
    expect(messages.slice(5).map(({ data }) => data["dropped"])).toEqual([196, undefined])
    await close()
  })
})

it("refuses what is no server, and bounds that are none", () => {
  expect(() => LogBridge.make().attach({})).toThrow("McpServer")
  expect(() => LogBridge.make({ mostPerSecond: 0 })).toThrow("mostPerSecond")
})
