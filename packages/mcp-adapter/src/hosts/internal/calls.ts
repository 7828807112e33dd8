import { settleLater } from "../../call/internal/answer.ts"
import type { Run } from "../../call/internal/bind.ts"
import type { Lists } from "../../call/internal/model.ts"
import { malformed, toThrow } from "../../call/internal/protocol.ts"
import { requestFrom } from "../../call/internal/request.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import * as JsonRpcError from "../../fold/JsonRpcError.ts"

interface Request {
  readonly params?: { readonly [key: string]: unknown } | undefined
}

type RequestHandler = (request: Request, extra: unknown) => unknown

/** Makes what tests the tools that a server lists now; where the SDK hides them elsewhere nobody knows. */
export const listsOf = (server: object): Lists => {
  const { _registeredTools: tools } = server as { readonly [name: string]: unknown }
  return (name) => isRecord(tools) ? Object.hasOwn(tools, name) && isEnabled(tools[name]) : undefined
}

/** The calls of each server, by what the SDK registered. */
const servers = new WeakMap<object, Map<unknown, Run>>()

/**
 * Stands before what an SDK does with `tools/call`, since there is no public way: arguments that are no object would never
 * reach a tool of ours, and an unknown tool would be answered without a word about the one that was meant. Both SDKs keep
 * their handlers in the same private map; where one hides them elsewhere nothing is changed.
 */
export const answerCalls = (server: object, bound: ReadonlyArray<readonly [registered: unknown, run: Run]>): void => {
  const { _registeredTools: tools, server: protocol } = server as { readonly [name: string]: unknown }
  const handlers = isRecord(protocol) ? protocol["_requestHandlers"] : undefined
  if (!(handlers instanceof Map) || !isRecord(tools)) return
  const known = servers.get(server)
  const ours = known ?? new Map<unknown, Run>()
  for (const [registered, run] of bound) ours.set(registered, run)
  const original: unknown = handlers.get("tools/call")
  if (known !== undefined || typeof original !== "function") return
  servers.set(server, ours)
  handlers.set("tools/call", before(server, tools, ours, original as RequestHandler, listsOf(server)))
}

const before = (
  server: object,
  tools: { readonly [name: string]: unknown },
  ours: ReadonlyMap<unknown, Run>,
  original: RequestHandler,
  lists: Lists
): RequestHandler =>
(request, extra) => {
  const { arguments: args, name } = request.params ?? {}
  const wrong = malformed({ ...request, method: "tools/call" })
  if (wrong !== undefined) throw toThrow(wrong)
  if (typeof name !== "string") return original(request, extra)
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
  if (!isEnabled(tool)) throw toThrow(JsonRpcError.unknownTool(name, namesOf(tools)))
  const isPlain = canBeTask(tool) && request.params?.["task"] === undefined // the SDK would ask for a task's handler, or make one
  if ((args === undefined || args === null) && !isPlain) {
    return original({ ...request, params: { ...request.params, arguments: {} } }, extra)
  }
  const run = isRecord(args) && !isPlain ? undefined : ours.get(tool)
  return run === undefined
    ? original(request, extra)
    : Promise.resolve(settleLater(run(args ?? {}, requestFrom(extra, server), lists)))
}

/** Tests whether the calls of what an SDK registered can be tasks. */
const canBeTask = (tool: unknown): boolean => {
  const execution = isRecord(tool) ? tool["execution"] : undefined
  return isRecord(execution) && (execution["taskSupport"] === "optional" || execution["taskSupport"] === "required")
}

const isEnabled = (tool: unknown): boolean => isRecord(tool) && tool["enabled"] !== false

/** Returns the names that are listed: one that is switched off stays hidden. */
const namesOf = (tools: { readonly [name: string]: unknown }): ReadonlyArray<string> =>
  Object.entries(tools).filter(([, tool]) => isEnabled(tool)).map(([name]) => name)
