import type * as Tool from "@errata/core/Tool"
import { isRecord } from "../../fold/internal/resultLike.ts"

/** Describes a task as MCP 2025-11-25 does. */
export interface Task {
  readonly taskId: string
  readonly status: "working" | "input_required" | "completed" | "failed" | "cancelled"
  readonly ttl: number | null
  readonly createdAt: string
  readonly lastUpdatedAt: string
  readonly pollInterval?: number
  readonly statusMessage?: string
}

/** Creates the task of a call. Never rejects. */
export type CreateTask = (tool: string, args: unknown, extra: unknown, server: object) => Promise<{ task: Task }>

/** The stores that serve durable tools as tasks, each with what creates a task. */
const stores = new WeakMap<object, { readonly names: ReadonlySet<string>; readonly create: CreateTask }>()

/** Notes that a store serves tools as tasks. */
export const noteStore = (store: object, names: ReadonlySet<string>, create: CreateTask): void => {
  stores.set(store, { names, create })
}

interface Store {
  readonly getTask: (taskId: string) => Promise<Task | null>
  readonly getTaskResult: (taskId: string) => Promise<unknown>
}

/** Makes what SDK 1.x asks of a tool whose calls can be tasks; `undefined` where the server has no store that serves this one. */
export const taskHandlerOf = (server: { readonly server: object }, { name }: Tool.Any) => {
  const store = (server.server as { readonly _taskStore?: unknown })._taskStore
  const known = isRecord(store) ? stores.get(store) : undefined
  if (known === undefined || !known.names.has(name)) return undefined
  const { getTask, getTaskResult } = store as unknown as Store
  return {
    createTask: (args: unknown, extra: unknown) => known.create(name, args, extra, server),
    getTask: (_: unknown, extra: { readonly taskId: string }) => getTask(extra.taskId),
    getTaskResult: (_: unknown, extra: { readonly taskId: string }) => getTaskResult(extra.taskId)
  }
}

/** Tests whether the calls of what the SDK registered can be tasks. */
export const canBeTask = (registered: unknown): boolean =>
  isRecord(registered) && isRecord(registered["handler"]) && "createTask" in registered["handler"]
