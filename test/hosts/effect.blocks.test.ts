/** What effect's server would refuse, or send empty, though other hosts do not. */
import { afterEach, describe, expect, it } from "@effect/vitest"
import * as Core from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as Errata from "@errata/mcp-adapter/effect"
import type * as McpServer from "effect/ai/McpServer"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { connect, firstText, forget, lines, problemOf } from "./toolkit.ts"

afterEach(forget)

describe("a block in base64", () => {
  const draw = Core.make("draw", { description: "Draws.", safety: "read" })
  const answer = (block: object) =>
    Effect.gen(function*() {
      const handled = Core.handle(draw, () => ToolCall.use((call) => call.attach(block as never)))
      const client = yield* connect(Errata.layer([handled]))
      return yield* client.callTool({ name: "draw", arguments: {} })
    })

  it.effect.each([["AQI="], ["AQI"], ["AQ I=\n"], [" AQI\r\n"]])(
    "that clients can read is sent: %j",
    ([data]) =>
      Effect.gen(function*() {
        const bytes = new Uint8Array([1, 2])
        const image = yield* answer({ type: "image", data, mimeType: "image/png" })
        expect(image.content).toMatchObject([{ type: "image", data: bytes, mimeType: "image/png" }])
        const resource = yield* answer({ type: "resource", resource: { uri: "file:///a", blob: data } })
        expect(resource.content).toMatchObject([{ type: "resource", resource: { uri: "file:///a", blob: bytes } }])
      })
  )

  it.effect.each([["A"], ["===="], ["A==="], ["AA="], ["AA=A"], ["A=AA"], ["A*=="]])(
    "that no client can read is masked, with a reference: %j",
    ([data]) =>
      Effect.gen(function*() {
        const result = yield* answer({ type: "image", data, mimeType: "image/png" })
        expect(problemOf(result)?.type).toBe("internal_error")
        expect(firstText(result)).toMatch(/Reference: [0-9a-f]{8}$/)
      })
  )
})

describe("a request for elicitation that is thrown", () => {
  const asked = Object.assign(new Error("Log in at https://example.org/?key=hunter2"), {
    code: -32042,
    data: { elicitations: [{ mode: "url", url: "https://example.org", message: "Log in", elicitationId: "1" }] }
  })
  const ask = Tool.make("ask")
  const toolkit = Toolkit.make(ask)
  const define = Core.make("ask", { description: "Asks.", safety: "read" })
  const ways: ReadonlyArray<readonly [string, Layer.Layer<never, never, McpServer.McpServer>]> = [
    ["a tool of ours", Errata.layer([Core.handle(define, () => Effect.die(asked))])],
    [
      "a handler that throws at once",
      Errata.layer([Core.handle(define, () => {
        throw asked
      })])
    ],
    [
      "an adopted toolkit",
      Layer.provide(Errata.adoptToolkit(toolkit), toolkit.toLayer({ ask: () => Effect.die(asked) }))
    ]
  ]

  it.effect.each(ways)("is masked, since effect's server cannot pass it on: %s", ([, tools]) =>
    Effect.gen(function*() {
      const client = yield* connect(tools)
      const result = yield* client.callTool({ name: "ask", arguments: {} })
      expect(problemOf(result)?.type).toBe("internal_error")
      expect(JSON.stringify(result)).not.toContain("example.org")
      expect(lines).toMatchObject([{ outcome: "internal_error", cause: expect.stringContaining("Log in at") }])
    }))
})
