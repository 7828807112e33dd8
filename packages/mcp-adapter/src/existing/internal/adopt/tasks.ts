import * as Effect from "effect/Effect"
import type { CallToolResult } from "../../../fold/CallToolResult.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import { tellOfFailure } from "../shadow.ts"
import { Thrown } from "../thrown.ts"
import type { Adoption } from "./adoption.ts"
import { bySignal } from "./bySignal.ts"

type CreateTask = (...args: ReadonlyArray<unknown>) => Promise<unknown>

/** Tests whether a tool's calls become tasks, which SDK 1.x knows: its handler is an object. */
export const isTask = (tool: unknown): tool is { handler: { readonly createTask: CreateTask } } =>
  isRecord(tool) && isRecord(tool["handler"]) && typeof tool["handler"]["createTask"] === "function"

const wrapped = new WeakSet<object>()
const failures = bySignal<CallToolResult>()

/** Returns what a call is answered with whose task could not be created. */
export const failureOf = (extra: unknown): CallToolResult | undefined => failures.of(extra)

/**
 * Wraps the creation of a tool's tasks. The SDK takes nothing but a task from there: what goes out instead is thrown away,
 * and stands in {@link failureOf}.
 */
export const wrapTask = (name: string, tool: { handler: { readonly createTask: CreateTask } }, adoption: Adoption) => {
  const { handler } = tool
  if (wrapped.has(handler)) return
  const createTask: CreateTask = async (...args) => {
    try {
      return await handler.createTask(...args)
    } catch (failure) {
      const extra = args.at(-1)
      if (adoption.isShadow) {
        const call = { name, tool, args: args.length > 1 ? args[0] : {}, extra }
        adoption.tellOnce(extra, () => tellOfFailure(adoption.shadowing(call), failure))
        throw failure
      }
      const work = { args: args.length > 1 ? args[0] : {}, run: () => Effect.fail(new Thrown(failure)) }
      failures.put(extra, await adoption.answer(name, tool, work, extra))
      throw new Error("The task could not be created")
    }
  }
  tool.handler = Object.create(handler, { createTask: { value: createTask, enumerable: true } }) as typeof handler
  wrapped.add(tool.handler)
}
