/** What may go wrong with a server that is a process, with each client, and what becomes of it. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type { Progress } from "@errata/core/ToolCall"
import * as Client from "@errata/mcp-adapter/Client"
import { Client as Client2 } from "@modelcontextprotocol/client"
import { StdioClientTransport as Transport2 } from "@modelcontextprotocol/client/stdio"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/stdio.js"
import * as McpClient from "effect/ai/McpClient"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as NodePath from "node:path"
import { fileURLToPath } from "node:url"
import { beforeEach, describe, expect, it } from "vitest"
import { until } from "../wire/Wait.ts"
import { crashOnce, crashRead, hang, readPage } from "./fixtures/tools.ts"
import { type Connected, info } from "./support/generations.ts"

const entry = fileURLToPath(new URL("./fixtures/server.ts", import.meta.url))

type Connect = (env: Record<string, string>) => Promise<Connected>

const parameters = (env: Record<string, string>) => ({
  command: process.execPath,
  args: [entry],
  env,
  stderr: "ignore" as const
})

const sdk: Connect = async (env) => {
  const client = new Client1(info)
  await client.connect(new Transport1(parameters(env)))
  return { client, close: () => client.close() }
}

const server: Connect = async (env) => {
  const client = new Client2(info)
  await client.connect(new Transport2(parameters(env)))
  return { client, close: () => client.close() }
}

const effect: Connect = async (env) => {
  const scope = Scope.makeUnsafe()
  const command = ChildProcess.make(process.execPath, [entry], { env, extendEnv: true })
  const client = await Effect.runPromise(
    McpClient.stdio({ command, protocol: McpProtocol.v2025_11_25 }).pipe(
      Effect.flatMap((transport) => Effect.provideService(McpClient.make(info), McpClient.Transport, transport)),
      Effect.provide(NodeServices.layer),
      Scope.provide(scope)
    )
  )
  return { client, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

const clients: ReadonlyArray<readonly [name: string, connect: Connect]> = [
  ["SDK 1.x", sdk],
  ["client 2.x", server],
  ["effect", effect]
]

const thrice = RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 2 })

describe.each(clients)("stdio, %s", (name, connect) => {
  let marks: string
  let connected: Connected

  const make = (options?: Client.Options) =>
    Client.make(connected.client, [readPage, hang, crashRead, crashOnce], options)
  const marked = (name: string) => existsSync(NodePath.join(marks, name))
  const times = (name: string) => readFileSync(NodePath.join(marks, name), "utf8").trim().split("\n").length

  beforeEach(async () => {
    marks = mkdtempSync(NodePath.join(tmpdir(), "errata-client-"))
    connected = await connect({ MARKS: marks })
    return async () => {
      await connected.close()
      rmSync(marks, { recursive: true, force: true })
    }
  })

  it("gives outputs and typed errors, and cancels a call that is interrupted", async () => {
    const methods = make()
    expect(await Effect.runPromise(methods.read_page({ page: "1" }))).toBe("page 1")
    const error = await Effect.runPromise(Effect.flip(methods.read_page({ page: "7" })))
    expect(error).toBeInstanceOf(Errors.NotFound)

    const told: Array<Progress> = []
    const fiber = Effect.runFork(methods.hang({}, { onProgress: (progress) => told.push(progress) }))
    await until("the call to begin", () => marked("begun"))
    if (name !== "effect") await until("progress", () => told.length > 0)
    await Effect.runPromise(Fiber.interrupt(fiber))
    await until("the call to end at the server", () => marked("ended"))
    expect(await Effect.runPromise(methods.read_page({ page: "2" }))).toBe("page 2")
  })

  it("repeats a read whose server was killed, as often as the policy says", async () => {
    const exit = await Effect.runPromiseExit(make({ retry: thrice }).crash_read({}))
    const reason = Exit.isFailure(exit) ? exit.cause.reasons.find(Cause.isFailReason)! : undefined
    // after the first attempt nobody is there to be called
    expect(reason?.error._tag).toBe(name === "effect" ? "Unavailable" : "ConnectionFailed")
    expect(RetryPolicy.outcome(reason!)).toEqual({ attempts: 3, maxAttempts: 3, stopped: "exhausted" })
    expect(times("crashed")).toBe(1)
  })

  it("does not repeat what may have taken effect before the server was killed", async () => {
    const call = RetryPolicy.retry(make({ retry: thrice, service: "The press" }).crash_once({}), thrice)
    const exit = await Effect.runPromiseExit(call)
    const reason = Exit.isFailure(exit) ? exit.cause.reasons.find(Cause.isFailReason)! : undefined
    expect(reason?.error).toMatchObject({
      _tag: "Unavailable",
      service: "The press",
      reason: "the connection was lost"
    })
    expect(RetryPolicy.outcome(reason!)).toEqual({ attempts: 1, maxAttempts: 1, stopped: "exhausted" })
    expect(times("crashed")).toBe(1)
  })
})
