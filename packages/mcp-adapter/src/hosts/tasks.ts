/**
 * Serves durable tools as MCP tasks (2025-11-25, experimental in `@modelcontextprotocol/sdk` 1.x): a client that speaks tasks
 * begins one, polls it, cancels it and fetches its result by the protocol. Other clients call the tool as any other.
 *
 * A task is its run: its id names the run, and whichever process has the engine answers for it. Nothing is kept beside, so a task
 * outlives the server that began it.
 *
 * **Example** (Serving a tool as a task)
 *
 * ```ts import.meta.vitest
 * import * as DurableTool from "@errata/core/durable"
 * import { register } from "@errata/mcp-adapter/sdk"
 * import { taskOptions } from "@errata/mcp-adapter/tasks"
 * import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import * as Schema from "effect/Schema"
 *
 * const build = DurableTool.make("build", { description: "Builds.", input: { commit: Schema.String }, key: "commit" })
 * const work = DurableTool.layer(build, () => DurableTool.activity("compile", { execute: () => Effect.void }))
 * const runtime = ManagedRuntime.make(Layer.provideMerge(work, DurableTool.layerMemory))
 *
 * const server = new McpServer({ name: "builds", version: "1.0.0" }, taskOptions([build], { runtime }))
 * const [registered] = register(server, [DurableTool.handle(build)], { runtime })
 * registered?.execution?.taskSupport // => "optional"
 * ```
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as DurableTool from "@errata/core/durable"
import * as Runs from "@errata/core/internal/durable"
import * as Tool from "@errata/core/Tool"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type * as Handler from "../call/Handler.ts"
import { settleLater } from "../call/internal/answer.ts"
import { bindTool, type Run } from "../call/internal/bind.ts"
import { requestFrom } from "../call/internal/request.ts"
import type { Runtime } from "../call/Runtime.ts"
import type { CallToolResult } from "../fold/CallToolResult.ts"
import { noteStore, type Task } from "./internal/taskHandlers.ts"

export type { Task } from "./internal/taskHandlers.ts"

/**
 * Describes the store that a server of SDK 1.x takes as `taskStore`.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface TaskStore {
  /** Refuses: tasks of tools that are not durable need a store of their own. */
  readonly createTask: () => Promise<Task>
  /** Returns how far a task is; none if its id names no run. */
  readonly getTask: (taskId: string) => Promise<Task | null>
  /** Does nothing: the engine keeps results. */
  readonly storeTaskResult: () => Promise<void>
  /** Returns the result of a task that has ended, as a call would have got it. */
  readonly getTaskResult: (taskId: string) => Promise<{ [key: string]: unknown }>
  /** Cancels a run, and undoes what it did. */
  readonly updateTaskStatus: (taskId: string, status: Task["status"]) => Promise<void>
  /** Lists nothing: ids are told to those who begin a task. */
  readonly listTasks: () => Promise<{
    /** The tasks: always none. */
    tasks: Array<Task>
  }>
}

/**
 * Describes the capabilities of a server whose tools can be called as tasks, in MCP's words.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface TaskCapabilities {
  /** Says what can be done with tasks. */
  readonly tasks: {
    /** Is there if tasks can be cancelled. */
    readonly cancel: {}
    /** Lists the requests that can be tasks. */
    readonly requests: {
      /** Lists those about tools. */
      readonly tools: {
        /** Is there if calls of tools can be tasks. */
        readonly call: {}
      }
    }
  }
}

/**
 * Makes the options of a server of SDK 1.x whose durable tools can be tasks. The tools are registered as ever.
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const taskOptions = <T extends DurableTool.Any>(
  tools: ReadonlyArray<T>,
  options: Handler.Options & {
    /** The services of the tools: the same as of `register`. */
    readonly runtime: Runtime<DurableTool.Needs<T["name"]>>
  }
): {
  /** The capabilities of such a server. */
  readonly capabilities: TaskCapabilities
  /** Finds and ends the runs behind tasks. */
  readonly taskStore: TaskStore
} => ({
  capabilities: { tasks: { cancel: {}, requests: { tools: { call: {} } } } },
  taskStore: storeOf(tools, { ...options, runtime: options.runtime as Runtime<never> })
})

interface Bound {
  readonly tool: DurableTool.Any
  readonly begin: Run
  readonly look: Run
  readonly tell: Run
  readonly stop: Run
}

type Given = Handler.Options & { readonly runtime: Runtime<never> }

const boundOf = (tool: DurableTool.Any, given: Given): Bound => {
  const of = (options: object, handler: (input: never) => Effect.Effect<unknown, unknown, unknown>): Run =>
    bindTool({
      tool: Tool.make(
        tool.name,
        { description: "", input: { id: Schema.String }, errors: tool.errors, ...options } as never
      ),
      handler
    } as Tool.Handled<unknown>, { ...given, logsCalls: false })
  const State = { state: Schema.String }
  return {
    tool,
    begin: bindTool({
      tool: { ...tool, output: Schema.Struct({ id: Schema.String }) },
      handler: (input: unknown) => Effect.map(Runs.begun(tool, input), (id) => ({ id }))
    } as Tool.Handled<unknown>, given),
    look: of(
      { output: State, safety: "read" },
      ({ id }: { readonly id: string }) =>
        Effect.map(Runs.stateById(tool, id), (state) => ({ state: state?._tag ?? "" }))
    ),
    tell: of(
      { output: tool.output, safety: "idempotent" },
      ({ id }: { readonly id: string }) => Runs.toldById(tool, id)
    ),
    stop: of(
      { output: State, safety: "idempotent" },
      ({ id }: { readonly id: string }) =>
        Effect.map(Runs.cancelById(tool, id), (state) => ({ state: state?._tag ?? "" }))
    )
  }
}

const call = (run: Run, args: unknown, request = {}): Promise<CallToolResult> =>
  Promise.resolve(settleLater(run(args, request))) as Promise<CallToolResult>

/** Bounds how many tasks are kept that could not begin and so have failed: the last ones. */
const most = 1_000

const statuses: { readonly [state: string]: Task["status"] } = {
  Running: "working",
  Succeeded: "completed",
  Failed: "failed",
  Died: "failed",
  Cancelled: "cancelled"
}

/** Holds what a store knows beside the engine: what could not begin, and what was cancelled by it. */
interface Known {
  readonly bound: ReadonlyMap<string, Bound>
  readonly refused: Map<string, CallToolResult>
  readonly cancelled: Map<string, true>
}

const storeOf = (tools: ReadonlyArray<DurableTool.Any>, given: Given): TaskStore => {
  const known: Known = {
    bound: new Map(tools.map((tool) => [tool.name, boundOf(tool, given)])),
    refused: new Map(),
    cancelled: new Map()
  }
  const store: TaskStore = {
    createTask: () => Promise.reject(new Error("Only calls of durable tools are tasks here")),
    getTask: (taskId) => look(known, taskId),
    getTaskResult: (taskId) => tell(known, taskId),
    updateTaskStatus: (taskId, status) => status === "cancelled" ? stop(known, taskId) : Promise.resolve(),
    storeTaskResult: () => Promise.resolve(),
    listTasks: () => Promise.resolve({ tasks: [] })
  }
  noteStore(
    store,
    new Set(known.bound.keys()),
    (name, args, extra, server) => create(known, name, args, requestFrom(extra, server))
  )
  return store
}

const taskOf = (taskId: string, status: Task["status"], { tool }: Bound): Task => {
  const createdAt = new Date(Number.parseInt(taskId.split(".")[2]!, 36)).toISOString()
  const pollInterval = Math.ceil(Duration.toMillis(tool.durable.askAgainAfter))
  return { taskId, status, ttl: null, createdAt, lastUpdatedAt: createdAt, pollInterval }
}

/** Begins a run. What cannot begin is a task that has failed. */
const create = async (
  { bound, refused }: Known,
  name: string,
  args: unknown,
  request: Handler.Request
): Promise<{ task: Task }> => {
  const one = bound.get(name)!
  const begun = await call(one.begin, args, request)
  const now = Effect.runSync(Clock.currentTimeMillis).toString(36)
  if (begun.isError !== true) {
    const { id } = begun.structuredContent as { readonly id: string }
    return { task: taskOf(`${name}.${id}.${now}`, "working", one) }
  }
  const random = Effect.runSync(Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)).toString(36)
  const taskId = `${name}.-${random}.${now}`
  keep(refused, taskId, begun)
  return { task: taskOf(taskId, "failed", one) }
}

/** Reads which run a task is. */
const runOf = ({ bound }: Known, taskId: string): { readonly one: Bound; readonly id: string } | undefined => {
  const [name = "", id = "", at = ""] = taskId.split(".")
  const one = bound.get(name)
  return one === undefined || !/^[0-9a-f]{64}$/.test(id) || !/^[0-9a-z]{1,9}$/.test(at) ? undefined : { one, id }
}

const look = async (known: Known, taskId: string): Promise<Task | null> => {
  if (known.refused.has(taskId)) return taskOf(taskId, "failed", known.bound.get(taskId.split(".")[0]!)!)
  const run = runOf(known, taskId)
  if (run === undefined) return null
  const { isError, structuredContent } = await call(run.one.look, { id: run.id })
  if (isError === true) throw new Error(unreachable)
  const status = statuses[(structuredContent as { readonly state: string }).state]
  if (status === undefined) return null
  return taskOf(taskId, status === "working" && known.cancelled.has(taskId) ? "cancelled" : status, run.one)
}

const unreachable = "The engine of the task cannot be reached"

const tell = async (known: Known, taskId: string): Promise<{ [key: string]: unknown }> => {
  const run = runOf(known, taskId)
  const result = known.refused.get(taskId) ?? (run === undefined ? undefined : await call(run.one.tell, { id: run.id }))
  if (result === undefined) throw new Error("The task does not exist")
  return { ...result }
}

const stop = async (known: Known, taskId: string): Promise<void> => {
  const run = runOf(known, taskId)
  if (run === undefined) return
  const { isError } = await call(run.one.stop, { id: run.id })
  if (isError === true) throw new Error(unreachable)
  keep(known.cancelled, taskId, true)
}

const keep = <A>(kept: Map<string, A>, key: string, value: A): void => {
  kept.set(key, value)
  for (const first of kept.keys()) {
    if (kept.size <= most) return
    kept.delete(first)
  }
}
