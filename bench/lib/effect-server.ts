/** Connects to effect's own server in memory: messages pass as text, as they do over stdio. */
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Queue from "effect/Queue"
import type * as RpcMessage from "effect/rpc/RpcMessage"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcServer from "effect/rpc/RpcServer"
import { type CallTool, session } from "./session.ts"

const serialization = RpcSerialization.jsonRpc()

/** Makes what carries messages; `listen` is told how to hand one to the server. */
const transport = (receive: (text: string) => void, listen: (deliver: (text: string) => void) => void) =>
  RpcServer.Protocol.make(Effect.fnUntraced(function*(writeRequest) {
    const parser = serialization.makeUnsafe()
    const context = yield* Effect.context<never>()
    listen((text) => {
      for (const message of parser.decode(text) as ReadonlyArray<RpcMessage.FromClientEncoded>) {
        Effect.runForkWith(context)(writeRequest(0, message))
      }
    })
    return {
      disconnects: yield* Queue.make<number>(),
      send: (_, response) =>
        Effect.sync(() => {
          const encoded = parser.encode(response)
          if (typeof encoded === "string") receive(encoded)
        }),
      end: () => Effect.void,
      clientIds: Effect.succeed(new Set([0])),
      initialMessage: Effect.succeedNone,
      supportsAck: false,
      supportsTransferables: false,
      supportsSpanPropagation: false,
      supportsNotifications: true,
      codecFor: serialization.codecFor
    }
  }))

export const connectToEffect = async (
  registrations: Layer.Layer<never, never, McpServer.McpServer>
): Promise<CallTool> => {
  let deliver: (text: string) => void = () => {}
  const { call, receive, start } = session((message) => deliver(JSON.stringify(message)))
  const protocol = transport((text) => receive(JSON.parse(text) as object), (deliverTo) => {
    deliver = deliverTo
  })
  const server = McpServer.layer({
    name: "bench",
    version: "0.0.0",
    protocols: [McpProtocol.v2025_06_18],
    registrations
  })
  const runtime = ManagedRuntime.make(server.pipe(Layer.provide(Layer.effect(RpcServer.Protocol, protocol))) as never)
  await runtime.context()
  await start()
  return call
}
