import { toThrow } from "../../../call/internal/protocol.ts"
import { requestFrom } from "../../../call/internal/request.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import * as JsonRpcError from "../../../fold/JsonRpcError.ts"
import type { Tasks } from "./runs.ts"
import { extension, readId, type Task, toExtension } from "./task.ts"

/** Describes a request as both SDKs give it to a handler. */
export interface Request {
  readonly params?: { readonly [key: string]: unknown } | undefined
}

/** Answers a request. */
export type Answer = (request: Request, context: unknown) => unknown

/** Lists the methods about tasks that are served, by name. */
export interface Methods {
  readonly [method: string]: Answer
}

/** The code by which the extension refuses a client that does not say that it knows tasks. */
const missingCapability = -32021

const clientCapabilities = "io.modelcontextprotocol/clientCapabilities"

/** Returns the capabilities that a request of 2026-07-28 or later brings along; `undefined` for earlier protocols. */
const capabilitiesIn = (context: unknown): unknown => {
  const inner = isRecord(context) ? context["mcpReq"] : undefined
  const envelope = isRecord(inner) ? inner["envelope"] : undefined
  return isRecord(envelope) ? envelope[clientCapabilities] ?? {} : undefined
}

const knowsTasks = (capabilities: unknown): boolean => {
  const extensions = isRecord(capabilities) ? capabilities["extensions"] : undefined
  return isRecord(extensions) && isRecord(extensions[extension])
}

/** Says in which of its two forms a request speaks of tasks; `undefined` if it does not know them. */
const formOf = (context: unknown): "2025-11-25" | "extension" | undefined => {
  const capabilities = capabilitiesIn(context)
  if (capabilities === undefined) return "2025-11-25"
  return knowsTasks(capabilities) ? "extension" : undefined
}

const notFound = (): Error => toThrow({ code: JsonRpcError.codes.invalidParams, message: "Task not found" })

const hasEnded = ({ status }: Task): boolean => status !== "working"

/**
 * Makes what answers the requests about tasks. What belongs to none of our tools goes to whoever answered before.
 */
export const methodsOf = (
  find: (tool: string) => Tasks | undefined,
  before: (method: string) => Answer | undefined,
  server: object
): Methods => {
  const method = (
    name: string,
    answer: (task: Found, form: "2025-11-25" | "extension") => unknown
  ): [string, Answer] => [
    name,
    async (request, context) => {
      const { taskId } = request.params ?? {}
      const tasks = typeof taskId === "string" ? find(readId(taskId)?.tool ?? "") : undefined
      const other = before(name)
      if (tasks === undefined && other !== undefined) return other(request, context)
      const form = formOf(context)
      if (form === undefined) {
        throw toThrow({
          code: missingCapability,
          message: "Missing required client capability",
          data: { requiredCapabilities: { extensions: { [extension]: {} } } }
        })
      }
      const of = requestFrom(context, server)
      const task = await tasks?.look(taskId as string, of)
      if (tasks === undefined || task === undefined) throw notFound()
      const isCancelled = form === "2025-11-25" && tasks.isNoted(taskId as string, of)
      return answer({ tasks, task: isCancelled ? asCancelled(task) : task, request: of }, form)
    }
  ]
  return Object.fromEntries([
    method("tasks/get", get),
    method("tasks/result", result),
    method("tasks/cancel", cancel),
    method("tasks/update", () => ({}))
  ])
}

interface Found {
  readonly tasks: Tasks
  readonly task: Task
  readonly request: ReturnType<typeof requestFrom>
}

/** Tells how far a task is. The extension tells its result along, and calls a result that is an error a result. */
const get = async ({ request, task, tasks }: Found, form: "2025-11-25" | "extension"): Promise<object> => {
  if (form === "2025-11-25") return task
  if (!hasEnded(task) || task.status === "cancelled") return toExtension(task)
  const result = { ...await tasks.tell(task.taskId, request), resultType: "complete" } // as the call would have got it
  return { ...toExtension(task), status: "completed", result }
}

/** Tells the result of a task, and waits for it. */
const result = async ({ request, task, tasks }: Found): Promise<object> => {
  await tasks.wait(task.taskId, request)
  const told = await tasks.tell(task.taskId, request)
  return { ...told, _meta: { ...told._meta, "io.modelcontextprotocol/related-task": { taskId: task.taskId } } }
}

const cancel = async ({ request, task, tasks }: Found, form: "2025-11-25" | "extension"): Promise<object> => {
  if (form === "2025-11-25" && hasEnded(task)) {
    throw tooLate(task)
  }
  if (!hasEnded(task)) await tasks.stop(task.taskId, request)
  if (form === "extension") return {}
  const now = await tasks.look(task.taskId, request) ?? task
  if (hasEnded(now) && now.status !== "cancelled") throw tooLate(now)
  tasks.note(task.taskId, request)
  return asCancelled(now)
}

/** Tells a task as 2025-11-25 wants it from its cancel on, whatever its run still does: a status in which a task ends stays. */
const asCancelled = (task: Task): Task => ({
  ...task,
  status: "cancelled",
  ...hasEnded(task)
    ? {}
    : { statusMessage: "What runs ends first, then what was done is undone: the result tells when" }
})

const tooLate = ({ status }: Task): Error =>
  toThrow({
    code: JsonRpcError.codes.invalidParams,
    message: `The task has ended (${status}) and cannot be cancelled`
  })

/**
 * Makes a task of a call, where its client asked for one (2025-11-25), or says that it knows them (the extension) and the run goes on.
 */
export const callOf = (
  find: (tool: string) => Tasks | undefined,
  plain: Answer,
  { hasExtension, isEnabled, server }: {
    readonly server: object
    readonly hasExtension: boolean
    readonly isEnabled: (tool: string) => boolean
  }
): Answer =>
async (request, context) => {
  const { arguments: args, name, task: wanted } = request.params ?? {}
  const tasks = typeof name === "string" ? find(name) : undefined
  const form = formOf(context)
  const isTask = form === "extension" ? hasExtension : form !== undefined && isRecord(wanted)
  if (tasks === undefined || !isTask || !isEnabled(name as string)) return plain(request, context)
  const caller = requestFrom(context, server)
  const begun = await tasks.begin(name as string, args ?? {}, caller)
  if (form === "2025-11-25") {
    // an answer would be none that the protocol knows: what is over is a task too, and so is what could not begin
    return { task: begun._tag === "Refused" ? tasks.refuse(name as string, begun.result, caller) : begun.task }
  }
  if (begun._tag === "Refused") return begun.result
  return begun.isOver ? plain(request, context) : { resultType: "task", ...toExtension(begun.task) }
}
