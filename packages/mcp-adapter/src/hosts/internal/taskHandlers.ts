import type * as Tool from "@errata/core/Tool"
import { isRecord } from "../../fold/internal/resultLike.ts"

/** Describes a task as MCP 2025-11-25 does. */
export interface Task {
  /** The id of the task: that of its run. */
  readonly taskId: string
  /** Says how far it is. */
  readonly status: "working" | "input_required" | "completed" | "failed" | "cancelled"
  /** The time that it is kept for, in milliseconds; `null`: without an end. */
  readonly ttl: number | null
  /** The time at which it began (ISO 8601). */
  readonly createdAt: string
  /** The time of its last change (ISO 8601). */
  readonly lastUpdatedAt: string
  /** The time after which to ask again, in milliseconds. */
  readonly pollInterval?: number
  /** One sentence on the status. */
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
