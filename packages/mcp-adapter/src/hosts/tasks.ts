/**
 * Serves durable tools as MCP tasks, on `McpServer`s of `@modelcontextprotocol/sdk` 1.x and `@modelcontextprotocol/server` 2.x: a client
 * that speaks tasks begins one, polls it, cancels it and fetches its result by the protocol. Other clients call the tool as any other.
 *
 * A task is its run: its id names the key of the run, and whichever process has the engine answers for it. Nothing is kept beside, so
 * a task outlives the server that began it. The same id from another caller, as the host's authentication tells callers, is another run.
 *
 * **Details**
 *
 * | protocol | who decides that a call is a task | served |
 * |---|---|---|
 * | 2025-11-25 (both SDKs) | the client, by `task` in its call | `tasks/get`, `tasks/result`, `tasks/cancel` |
 * | 2026-07-28, extension `io.modelcontextprotocol/tasks` (SDK 2.1 and later) | this module: every call of a client that knows the extension, unless its run is over | `tasks/get`, `tasks/update`, `tasks/cancel` |
 *
 * A task whose run failed has the status `failed` in 2025-11-25, and `completed` with a result that is an error in the extension, as each of
 * them says.
 *
 * **Gotchas**
 *
 * A call that cannot begin (wrong arguments, a key that is used) is a task that failed in 2025-11-25, which knows no other answer; only
 * the process that refused it knows of it, and tells it to its caller alone: the last 100 of each.
 *
 * In 2025-11-25 a task is `cancelled` from its cancel on, as that protocol wants, while what runs ends and what was done is undone; other
 * processes call it `working` until then, and so does the extension everywhere. `tasks/result` waits for the end. What was begun under a
 * version of the tool that this process does not know can neither be told of nor cancelled here: that is an error.
 *
 * **Example** (Serving a tool as a task)
 *
 * ```ts import.meta.vitest
 * import * as DurableTool from "@errata/core/durable"
 * import { register } from "@errata/mcp-adapter/server"
 * import { registerTasks } from "@errata/mcp-adapter/tasks"
 * import { McpServer } from "@modelcontextprotocol/server"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import * as Schema from "effect/Schema"
 *
 * const build = DurableTool.make("build", { description: "Builds.", input: { commit: Schema.String }, key: "commit" })
 * const work = DurableTool.layer(build, () => DurableTool.activity("compile", { execute: () => Effect.void }))
 * const runtime = ManagedRuntime.make(Layer.provideMerge(work, DurableTool.layerMemory))
 *
 * const server = new McpServer({ name: "builds", version: "1.0.0" })
 * const [registered] = register(server, [DurableTool.handle(build)], { runtime })
 * registerTasks(server, [build], { runtime }) // after the tools, before the server connects
 * registered?.execution?.taskSupport // => "optional"
 * ```
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as DurableTool from "@errata/core/durable"
import type * as Handler from "../call/Handler.ts"
import type { Runtime } from "../call/Runtime.ts"
import { install, type Server } from "./internal/tasks/install.ts"
import { tasksOf } from "./internal/tasks/runs.ts"

/**
 * Configures tasks: what `register` takes, with the same runtime.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface TaskOptions<T extends DurableTool.Any> extends Handler.Options {
  /** The services of the tools: the same as of `register`. */
  readonly runtime: Runtime<DurableTool.Needs<T["name"]>>
}

/**
 * Lets the calls of durable tools be tasks. The tools are registered before, on the same server, which is not connected yet. Throws a
 * `TypeError` for a tool that is not registered.
 *
 * @stability unstable
 * @category registration
 * @since 0.1.0
 */
export const registerTasks = <T extends DurableTool.Any>(
  server: TaskServer,
  tools: ReadonlyArray<T>,
  options: TaskOptions<T>
): void => prepareTasks(tools, options)(server)

/**
 * Binds durable tools once, for the tasks of many servers: an HTTP server may make one for every request.
 *
 * @stability unstable
 * @category registration
 * @since 0.1.0
 */
export const prepareTasks = <T extends DurableTool.Any>(
  tools: ReadonlyArray<T>,
  options: TaskOptions<T>
): (server: TaskServer) => void => {
  const tasks = tasksOf(tools, { ...options, runtime: options.runtime as Runtime<never> })
  return (server) => install(server, tasks)
}

/**
 * Describes what tasks need of a server: an `McpServer` of SDK 1.x or 2.x.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface TaskServer extends Server {}
