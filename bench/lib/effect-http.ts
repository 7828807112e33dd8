/** Serves tools with effect's own MCP server over Node's HTTP. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type * as Tool from "@errata/core/Tool"
import * as EffectHost from "@errata/mcp-adapter/effect"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"

let server: Server

/** Returns the port that was given. */
export const port = (): number => (server.address() as AddressInfo).port

/** Listens until the process ends. */
export const serve = async (tools: ReadonlyArray<Tool.Handled>, keepAliveTimeout: number): Promise<void> => {
  const http = Layer.provide(
    EffectHost.layer(tools, { logsCalls: false }),
    McpServer.layerHttp({
      name: "bench",
      version: "0.0.0",
      path: "/mcp",
      protocols: [McpProtocol.v2025_11_25, McpProtocol.v2026_07_28]
    })
  )
  const layer = HttpRouter.serve(http, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provide(
      NodeHttpServer.layer(() => (server = createServer({ keepAliveTimeout })), { port: 0, host: "127.0.0.1" })
    )
  )
  await ManagedRuntime.make(layer as never).context()
}
