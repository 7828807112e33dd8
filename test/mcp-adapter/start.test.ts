import { assert, describe, expect, it } from "@effect/vitest"
import { defaultLogger, makeLogger } from "@errata/core/internal/logger"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Log from "@errata/mcp-adapter/Log"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { afterEach, vi } from "vitest"

/** A server starts without `effect/Logger` and `effect/Config`. What it takes instead must be what these would do. */

describe("a logger without effect/Logger", () => {
  it("is one of effect's", () => {
    const logger = makeLogger(({ message }) => message)
    expect(Logger.isLogger(logger)).toBe(true)
    expect(Object.getPrototypeOf(logger)).toBe(Object.getPrototypeOf(Logger.make(() => undefined)))
    expect(logger.pipe((self) => self)).toBe(logger)
  })

  it("gets what effect's own gets", () => {
    const seen: Array<ReadonlyArray<unknown>> = []
    const into = ({ cause, logLevel, message }: Logger.Options<unknown>) => {
      seen.push([message, logLevel, cause])
    }
    const both = Logger.layer([makeLogger(into), Logger.make(into)])
    Effect.runSync(Effect.provide(Effect.logWarning("one", { two: 2 }), both))
    expect(seen).toHaveLength(2)
    expect(seen[0]).toEqual(seen[1])
  })

  it("knows the default logger by identity", () => {
    expect(defaultLogger()).toBe(Logger.defaultLogger)
  })

  it("is the only one of its layer", () => {
    const context = Effect.runSync(Effect.scoped(Layer.build(Log.layer()))) as Context.Context<never>
    expect(Context.get(context, Logger.CurrentLoggers).size).toBe(1)
  })
})

const words = [
  "true",
  "false",
  "yes",
  "no",
  "on",
  "off",
  "1",
  "0",
  "y",
  "n",
  "",
  " ",
  "TRUE",
  "True",
  "2",
  "true ",
  "oui"
]

/** Asks a server whose handler fails with a secret whether its replies show it. */
const showsDetails = async (): Promise<boolean> => {
  const server = new McpServer({ name: "start", version: "1.0.0" })
  server.registerTool("boom", { description: "Fails." }, () => {
    throw new TypeError("the spring is broken")
  })
  adoptServer(server, { logsCalls: false })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: "test", version: "1.0.0" })
  await Promise.all([server.connect(ours), client.connect(theirs)])
  const reply = await client.callTool({ name: "boom", arguments: {} })
  await client.close()
  return JSON.stringify(reply.content).includes("the spring is broken")
}

/** The environment is read anew: effect's own provider reads it once. */
const byConfig = (): boolean | undefined =>
  Effect.runSync(Effect.orElseSucceed(Config.Boolean("MCP_DEBUG").parse(ConfigProvider.fromEnv()), () => undefined))

describe("MCP_DEBUG without effect/Config", () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each([undefined, ...words])("says %j as Config does", async (word) => {
    vi.stubEnv("MCP_DEBUG", word)
    expect(await showsDetails()).toBe(byConfig() ?? false)
  })

  it("is asked words that say yes, and words that say no", () => {
    const said = words.map((word) => {
      vi.stubEnv("MCP_DEBUG", word)
      return byConfig()
    })
    assert.includeMembers(said, [true, false, undefined])
  })
})
