import { type Answer, settleLater } from "../../call/internal/answer.ts"
import type { Run } from "../../call/internal/bind.ts"
import type { Lists } from "../../call/internal/model.ts"
import { malformed, toThrow } from "../../call/internal/protocol.ts"
import { requestFrom } from "../../call/internal/request.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import * as JsonRpcError from "../../fold/JsonRpcError.ts"
import {
  handOver,
  isPlainObject,
  isPlainRequest,
  isPublished,
  isUnchanged,
  type Kept,
  keptOf,
  written
} from "./direct.ts"

interface Request {
  readonly params?: { readonly [key: string]: unknown } | undefined
}

type RequestHandler = (request: Request, extra: unknown) => unknown

/** Makes what tests the tools that a server lists now; where the SDK hides them elsewhere nobody knows. */
export const listsOf = (server: object): Lists => {
  const { _registeredTools: tools } = server as { readonly [name: string]: unknown }
  return (name) => isRecord(tools) ? Object.hasOwn(tools, name) && isEnabled(tools[name]) : undefined
}

/** Holds a tool of ours as a server has it. */
interface Ours {
  readonly run: Run
  /** Is there if its calls may go past the SDK, as long as the SDK has this. */
  readonly kept: Kept | undefined
}

interface Known {
  readonly ours: Map<unknown, Ours>
  /** Is true if nothing stood before what the SDK does with calls when the first of our tools came. */
  readonly isDirect: boolean
}

/** The calls of each server, by what the SDK registered. */
const servers = new WeakMap<object, Known>()

/** Holds what an SDK registered, what runs its calls, and what SDK 1.x was given to call. */
export type Bound<A> = readonly [registered: A, run: Run, callback?: unknown]

/**
 * Registers tools, and stands before what an SDK does with `tools/call`, since there is no public way: arguments that are no object
 * would never reach a tool of ours, and an unknown tool would be answered without a word about the one that was meant. Both SDKs
 * keep their handlers in the same private map; where one hides them elsewhere nothing is changed.
 */
export const answerCalls = <A>(server: object, register: () => ReadonlyArray<Bound<A>>): ReadonlyArray<A> => {
  const { _registeredTools: tools, server: protocol } = server as { readonly [name: string]: unknown }
  const handlers = isRecord(protocol) ? protocol["_requestHandlers"] : undefined
  const isFirst = handlers instanceof Map && !handlers.has("tools/call")
  const bound = register()
  const registered = bound.map(([registered]) => registered)
  if (!(handlers instanceof Map) || !isRecord(tools) || !isRecord(protocol)) return registered
  const known = servers.get(server) ??
    { ours: new Map<unknown, Ours>(), isDirect: isFirst && isPublished(server, protocol) }
  for (const [registered, run, callback] of bound) {
    known.ours.set(registered, { run, kept: known.isDirect ? keptOf(registered, callback) : undefined })
  }
  const original: unknown = handlers.get("tools/call")
  if (servers.has(server) || typeof original !== "function") return registered
  servers.set(server, known)
  const means = { server, tools, ours: known.ours, original: original as RequestHandler, lists: listsOf(server) }
  handlers.set("tools/call", before(means))
  return registered
}

interface Means {
  readonly server: object
  readonly tools: { readonly [name: string]: unknown }
  readonly ours: ReadonlyMap<unknown, Ours>
  readonly original: RequestHandler
  readonly lists: Lists
}

const before = (means: Means): RequestHandler => (request, extra) => {
  const { lists, original, ours, server, tools } = means
  const { arguments: args, name } = request.params ?? {}
  const wrong = malformed(request, "tools/call")
  if (wrong !== undefined) throw toThrow(wrong)
  if (typeof name !== "string") return original(request, extra)
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
  if (!isEnabled(tool)) throw toThrow(JsonRpcError.unknownTool(name, namesOf(tools)))
  const isPlain = canBeTask(tool) && request.params?.["task"] === undefined // the SDK would ask for a task's handler, or make one
  if ((args === undefined || args === null) && !isPlain) {
    return original({ ...request, params: { ...request.params, arguments: {} } }, extra)
  }
  const own = ours.get(tool)
  if (own === undefined) return original(request, extra)
  if (!isRecord(args) || isPlain) {
    return Promise.resolve(settleLater(own.run(args ?? {}, requestFrom(extra, server), lists)))
  }
  const { kept, run } = own
  if (
    kept === undefined || !isRecord(extra) || !isPlainObject(args) || !isPlainRequest(request.params!) ||
    canBeTask(tool) || !isUnchanged(tool, kept)
  ) return original(request, extra)
  const answer = run({ ...args }, requestFrom(extra, server), lists)
  const hasOutput = kept.outputSchema !== undefined
  return answer instanceof Promise
    ? answer.then((answer) => told(means, { request, extra, answer, hasOutput }))
    : Promise.resolve(told(means, { request, extra, answer, hasOutput }))
}

interface Answered {
  readonly request: Request
  readonly extra: object
  readonly answer: Answer
  readonly hasOutput: boolean
}

/** Returns what goes out: as the SDK would write it, or written by the SDK. */
const told = ({ original }: Means, { answer, extra, hasOutput, request }: Answered): unknown => {
  const result = "raise" in answer ? undefined : written(answer.reply, hasOutput)
  if (result !== undefined) return result
  handOver(extra, answer)
  return original(request, extra)
}

/** Tests whether the calls of what an SDK registered can be tasks. */
const canBeTask = (tool: unknown): boolean => {
  const execution = isRecord(tool) ? tool["execution"] : undefined
  return isRecord(execution) && (execution["taskSupport"] === "optional" || execution["taskSupport"] === "required")
}

const isEnabled = (tool: unknown): tool is { readonly [field: string]: unknown } =>
  isRecord(tool) && tool["enabled"] !== false

/** Returns the names that are listed: one that is switched off stays hidden. */
const namesOf = (tools: { readonly [name: string]: unknown }): ReadonlyArray<string> =>
  Object.entries(tools).filter(([, tool]) => isEnabled(tool)).map(([name]) => name)
