import type * as DurableTool from "@errata/core/durable"
import * as Runs from "@errata/core/internal/durable"
import * as Tool from "@errata/core/Tool"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Handler from "../../../call/Handler.ts"
import { settleLater } from "../../../call/internal/answer.ts"
import { bindTool, type Run } from "../../../call/internal/bind.ts"
import { accountOf } from "../../../call/internal/caller.ts"
import { toThrow } from "../../../call/internal/protocol.ts"
import type { Runtime } from "../../../call/Runtime.ts"
import type { CallToolResult } from "../../../fold/CallToolResult.ts"
import * as JsonRpcError from "../../../fold/JsonRpcError.ts"
import { makeRefusals, type Refusals } from "./refusals.ts"
import { readId, type Task, writeId } from "./task.ts"

/** Describes what the runs behind tasks are bound to. */
export type Given = Handler.Options & { readonly runtime: Runtime<never> }

/** Says what became of a call: a task, whose run may have ended before it came, or an answer since it could not begin. */
export type Begun =
  | { readonly _tag: "Task"; readonly task: Task; readonly isOver: boolean }
  | { readonly _tag: "Refused"; readonly result: CallToolResult }

/**
 * Begins, finds and ends the runs behind the tasks of durable tools, each for the caller of a request: the same id from another
 * caller names another run. Rejects only if the engine cannot be reached.
 */
export interface Tasks {
  /** The names of the tools. */
  readonly names: ReadonlyArray<string>
  /** Begins the run of a call. */
  readonly begin: (tool: string, args: unknown, request: Handler.Request) => Promise<Begun>
  /** Makes a task of what could not begin: it has failed. */
  readonly refuse: (tool: string, result: CallToolResult, request: Handler.Request) => Task
  /** Returns how far a task is; `undefined` if there is none. */
  readonly look: (taskId: string, request: Handler.Request) => Promise<Task | undefined>
  /** Returns the result of a task that has ended, as its call would have got it. */
  readonly tell: (taskId: string, request: Handler.Request) => Promise<CallToolResult>
  /** Waits for the end of a task, as long as its request lives. */
  readonly wait: (taskId: string, request: Handler.Request) => Promise<Task | undefined>
  /** Cancels the run of a task, and undoes what it did: its status says whether it was in time. */
  readonly stop: (taskId: string, request: Handler.Request) => Promise<void>
  /** Remembers that a caller was told that a task is cancelled. */
  readonly note: (taskId: string, request: Handler.Request) => void
  /** Tests whether this process told a caller that a task is cancelled. */
  readonly isNoted: (taskId: string, request: Handler.Request) => boolean
}

interface Bound {
  readonly tool: DurableTool.Any
  readonly begin: Run
  readonly look: Run
  readonly tell: Run
  readonly stop: Run
}

const Begin = { token: Schema.String, isOver: Schema.Boolean }
const State = { state: Schema.String }

const boundOf = (tool: DurableTool.Any, given: Given): Bound => {
  const byToken = (options: object, handler: (token: string) => Effect.Effect<unknown, unknown, unknown>): Run =>
    bindTool({
      tool: Tool.make(
        tool.name,
        { description: "", input: { token: Schema.String }, errors: tool.errors, ...options } as never
      ),
      handler: ({ token }: { readonly token: string }) => handler(token)
    } as Tool.Handled<unknown>, { ...given, logsCalls: false })
  const named = (state: { readonly _tag: string } | undefined) => ({ state: state?._tag ?? "" })
  return {
    tool,
    begin: bindTool({
      tool: { ...tool, output: Schema.Struct(Begin) },
      handler: (input: unknown) => Runs.begun(tool, input)
    } as Tool.Handled<unknown>, given),
    look: byToken({ output: State, safety: "read" }, (token) => Effect.map(Runs.stateByToken(tool, token), named)),
    tell: byToken({ output: tool.output, safety: "idempotent" }, (token) => Runs.toldByToken(tool, token)),
    stop: byToken(
      { output: State, safety: "idempotent" },
      (token) => Effect.map(Runs.cancelByToken(tool, token), named)
    )
  }
}

const call = (run: Run, args: unknown, request: Handler.Request): Promise<CallToolResult> =>
  Promise.resolve(settleLater(run(args, request))) as Promise<CallToolResult>

const statuses: { readonly [state: string]: Task["status"] } = {
  Running: "working",
  Succeeded: "completed",
  Failed: "failed",
  Died: "failed",
  Cancelled: "cancelled"
}

/** Bounds how many tasks are remembered whose callers were told that they are cancelled: the last ones. */
const mostNoted = 10_000

/** Holds what is known beside the engine: what could not begin, and who was told that a task is cancelled. */
interface Known {
  readonly bound: ReadonlyMap<string, Bound>
  readonly refused: Refusals
  readonly noted: Set<string>
}

/** Binds durable tools to their runs. */
export const tasksOf = (tools: ReadonlyArray<DurableTool.Any>, given: Given): Tasks => {
  const known: Known = {
    bound: new Map(tools.map((tool) => [tool.name, boundOf(tool, given)])),
    refused: makeRefusals(),
    noted: new Set()
  }
  return {
    names: [...known.bound.keys()],
    begin: (name, args, request) => begin(known, name, args, request),
    refuse: (name, result, request) => refuse(known, name, result, request),
    look: (taskId, request) => look(known, taskId, request),
    tell: (taskId, request) => tell(known, taskId, request),
    wait: (taskId, request) => wait(known, taskId, request),
    stop: (taskId, request) => stop(known, taskId, request),
    note: (taskId, request) => note(known.noted, notedAs(taskId, request)),
    isNoted: (taskId, request) => known.noted.has(notedAs(taskId, request))
  }
}

const taskOf = (taskId: string, status: Task["status"], { tool }: Bound): Task => {
  const createdAt = new Date(readId(taskId)!.at).toISOString()
  const pollInterval = Math.ceil(Duration.toMillis(tool.durable.askAgainAfter))
  return { taskId, status, ttl: null, createdAt, lastUpdatedAt: createdAt, pollInterval }
}

const now = (): number => Effect.runSync(Clock.currentTimeMillis)

const begin = async (
  { bound }: Known,
  name: string,
  args: unknown,
  request: Handler.Request
): Promise<Begun> => {
  const one = bound.get(name)!
  const result = await call(one.begin, args, request)
  if (result.isError === true) return { _tag: "Refused", result }
  const { isOver, token } = result.structuredContent as { readonly token: string; readonly isOver: boolean }
  return { _tag: "Task", task: taskOf(writeId(name, token, now()), "working", one), isOver }
}

/** Anonymous callers are told apart by their sessions, where the transport has any. */
const ownerOf = ({ authInfo, sessionId = "" }: Handler.Request): string =>
  authInfo === undefined ? `session ${sessionId}` : `account ${accountOf(authInfo)}`

const notedAs = (taskId: string, request: Handler.Request): string => `${taskId} ${ownerOf(request)}`

const note = (noted: Set<string>, task: string): void => {
  noted.add(task)
  const [oldest] = noted
  if (noted.size > mostNoted) noted.delete(oldest!)
}

const refuse = ({ bound, refused }: Known, name: string, result: CallToolResult, request: Handler.Request): Task => {
  const random = Effect.runSync(Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)).toString(36)
  const taskId = writeId(name, `-${random}`, now())
  refused.put(ownerOf(request), taskId, result)
  return taskOf(taskId, "failed", bound.get(name)!)
}

/** Reads which run a task is. */
const runOf = ({ bound }: Known, taskId: string): { readonly one: Bound; readonly token: string } | undefined => {
  const read = readId(taskId)
  const one = read === undefined ? undefined : bound.get(read.tool)
  return read === undefined || one === undefined || read.token.startsWith("-") ? undefined : { one, token: read.token }
}

const look = async (known: Known, taskId: string, request: Handler.Request): Promise<Task | undefined> => {
  if (known.refused.get(ownerOf(request), taskId) !== undefined) {
    return taskOf(taskId, "failed", known.bound.get(readId(taskId)!.tool)!)
  }
  const run = runOf(known, taskId)
  if (run === undefined) return undefined
  const { isError, structuredContent } = await call(run.one.look, { token: run.token }, request)
  if (isError === true) throw new Error(unreachable)
  const { state } = structuredContent as { readonly state: string }
  if (state === "OtherVersion") throw toThrow({ code: JsonRpcError.codes.internalError, message: otherVersion })
  const status = statuses[state]
  return status === undefined ? undefined : taskOf(taskId, status, run.one)
}

const unreachable = "The engine of the task cannot be reached"

const otherVersion = "The task was begun under another version of its tool, which this server does not know: " +
  "it can neither tell how far it is nor cancel it"

const tell = async (known: Known, taskId: string, request: Handler.Request): Promise<CallToolResult> => {
  const run = runOf(known, taskId)
  const result = known.refused.get(ownerOf(request), taskId) ??
    (run === undefined ? undefined : await call(run.one.tell, { token: run.token }, request))
  if (result === undefined) throw new Error("The task does not exist")
  return result
}

/** Looks ever less often, at the least as often as a client would be told to. */
const wait = (known: Known, taskId: string, request: Handler.Request): Promise<Task | undefined> => {
  const pollInterval = known.bound.get(readId(taskId)?.tool ?? "")?.tool.durable.askAgainAfter ?? Duration.seconds(5)
  const lookAgain = Schedule.min([Schedule.exponential("20 millis", 1.5), Schedule.spaced(pollInterval)])
  const looking = Effect.repeat(Effect.tryPromise(() => look(known, taskId, request)), {
    schedule: lookAgain,
    while: (task) => task?.status === "working"
  })
  return Effect.runPromise(looking, { signal: request.signal })
}

const stop = async (known: Known, taskId: string, request: Handler.Request): Promise<void> => {
  const run = runOf(known, taskId)
  if (run === undefined) return
  const { isError } = await call(run.one.stop, { token: run.token }, request)
  if (isError === true) throw new Error(unreachable)
}
