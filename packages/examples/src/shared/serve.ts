/**
 * Serves tools over stdio with the official SDK 1.x: frames and nothing else on stdout, JSON lines on stderr.
 *
 * **Details**
 *
 * | exit code | why |
 * |---|---|
 * | 0 | the client closed stdin or went away, or the process was asked to end |
 * | 78 | the server cannot start: its configuration or a resource it needs (one line on stderr says which) |
 */
import type * as Tool from "@errata/core/Tool"
import * as Log from "@errata/mcp-adapter/Log"
import { register } from "@errata/mcp-adapter/sdk"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

/** What `EX_CONFIG` is called in sysexits.h. */
export const exitCodeOfConfiguration = 78

/** Serves until the client goes away. */
export const serve = async <R, E>(options: {
  readonly name: string
  readonly tools: ReadonlyArray<Tool.Handled<R>>
  readonly layer: Layer.Layer<R, E>
}): Promise<void> => {
  keepStdoutForFrames()
  const runtime = ManagedRuntime.make(Layer.merge(options.layer, Log.layer()))
  try {
    await runtime.context()
  } catch (failure) {
    const reason = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure)
    logLine("Fatal", `${options.name} cannot start`, reason)
    process.exit(exitCodeOfConfiguration)
  }
  const server = new McpServer({ name: options.name, version: "0.1.0" })
  register<R>(server, options.tools, ...[runtime] as never)
  const end = async (): Promise<void> => {
    await server.close()
    await runtime.dispose()
    process.exit(0)
  }
  process.stdin.once("end", () => void end())
  process.stdin.once("close", () => void end())
  process.stdout.on("error", () => void end())
  process.once("SIGTERM", () => void end())
  process.once("SIGINT", () => void end())
  server.server.onerror = (error) => logLine("Warn", "a message could not be read", error.name)
  await server.connect(new StdioServerTransport())
}

/** Whatever prints, in our code or a library's, must not land between the frames. */
const keepStdoutForFrames = (): void => {
  const toStderr = (...parts: ReadonlyArray<unknown>): void => logLine("Info", parts.map(String).join(" "))
  Object.assign(console, { log: toStderr, info: toStderr, debug: toStderr, dir: toStderr, table: toStderr })
}

const logLine = (level: string, message: string, reason?: string): void =>
  console.error(JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...reason === undefined ? {} : { reason } }))
