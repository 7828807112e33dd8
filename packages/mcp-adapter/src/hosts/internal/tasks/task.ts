/** Describes a task as MCP 2025-11-25 does. */
export interface Task {
  /** The id of the task: it names the key of its run. */
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

/** The name of the extension that tasks are in since 2026-07-28. */
export const extension = "io.modelcontextprotocol/tasks"

/** Writes a task as the extension does. */
export const toExtension = ({ pollInterval, ttl, ...task }: Task): { readonly [key: string]: unknown } => ({
  ...task,
  ttlMs: ttl,
  ...pollInterval === undefined ? {} : { pollIntervalMs: pollInterval }
})

/** Returns what an id says: the tool, the key (hashed), and when it began; `undefined` if it is none of ours. */
export const readId = (
  taskId: string
): { readonly tool: string; readonly token: string; readonly at: number } | undefined => {
  const [, tool = "", token = "", at = ""] =
    /^([\w-]{1,64})\.([0-9a-f]{64}|-[0-9a-z]{1,11})\.([0-9a-z]{1,9})$/.exec(taskId) ?? []
  const millis = Number.parseInt(at, 36)
  return tool === "" || millis > latest ? undefined : { tool, token, at: millis }
}

/** The last time that a `Date` can hold. */
const latest = 8.64e15

/** Writes an id. */
export const writeId = (tool: string, token: string, at: number): string => `${tool}.${token}.${at.toString(36)}`
