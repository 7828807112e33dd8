import * as Deadline from "@errata/core/Deadline"
import { nowUnsafe } from "@errata/core/internal/clock"
import * as wording from "@errata/core/internal/wording"
import { type ContentBlock, type Principal, type Progress, type Retry, ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import type { ContentBlock as Attached } from "../../fold/CallToolResult.ts"
import { malformedOrUnknown } from "../../fold/internal/contentBlock.ts"
import { CurrentCall } from "./clientLog.ts"
import { safetyWithin } from "./keyed/safety.ts"
import type { Call } from "./model.ts"
import { noteRetry } from "./observed.ts"
import { redactedText } from "./redacted.ts"
import type { AuthInfo, Request } from "./request.ts"
import { withSpan } from "./span.ts"

/** Returns what the client wants to hear of progress by. */
export const progressToken = (request: Request): string | number | undefined => {
  const token = request.meta?.["progressToken"]
  return typeof token === "string" || typeof token === "number" ? token : undefined
}

/** Returns the runtime's services, and those of this call. */
export const callContext = (
  call: Call,
  scope: Scope.Closeable,
  request: Request
): Context.Context<never> => {
  const { base, job, timeout } = call
  const withCall = Context.add(base.context, ToolCall, new RunningCall(call, request))
  const withScope = Context.add(withCall, Scope.Scope, scope)
  const deadline = Math.min(base.deadline, call.startedAt + Duration.toMillis(timeout))
  const withDeadline = Context.add(withScope, Deadline.Deadline, deadline)
  const withParent = call.span === undefined ? withDeadline : withSpan(withDeadline, call.span)
  const withClient = base.logsToClients ? Context.add(withParent, CurrentCall, { call, request }) : withParent
  return Context.add(withClient, References.CurrentLogAnnotations, {
    ...base.logAnnotations,
    tool: job.name,
    reference_id: call.referenceId,
    ...call.traceId === undefined ? undefined : { trace_id: call.traceId }
  })
}

/** Makes each part of a call when a handler asks for it: most ask for none. */
class RunningCall implements Service {
  readonly #call: Call
  readonly #request: Request

  constructor(call: Call, request: Request) {
    this.#call = call
    this.#request = request
  }

  get tool() {
    return this.#call.job.name
  }

  get safety() {
    return safetyWithin(this.#call)
  }

  get marksEffects() {
    return this.#call.job.effects === "marked"
  }

  get state() {
    return this.#call.state
  }

  get referenceId() {
    return this.#call.referenceId
  }

  get attempt() {
    return this.#call.attempt
  }

  get principal() {
    return Option.map(Option.fromNullishOr(this.#request.authInfo), principal)
  }

  get meta() {
    return this.#request.meta ?? {}
  }

  get traceId() {
    return Option.fromUndefinedOr(this.#call.traceId)
  }

  get progress() {
    return (progress: Progress) => Effect.sync(() => tell(this.#call, this.#request, progress))
  }

  get onRetry() {
    const call = this.#call
    return (retry: Retry) =>
      Effect.sync(() => {
        const { harmless, name } = ToolError.type(retry.error)
        if (!harmless) call.state.markOpen(name)
        call.attempt = Math.max(call.attempt, retry.attempt)
        noteRetry(call, retry)
        tell(call, this.#request, { progress: call.progress ?? 0, message: wording.nextAttempt(retry) })
      })
  }

  get attach() {
    const call = this.#call
    return (block: ContentBlock) =>
      Effect.suspend(() => {
        const wrong = malformedOrUnknown(block)
        if (wrong !== undefined) return Effect.die(new TypeError(wrong))
        call.attached = [...call.attached ?? [], block as Attached]
        return Effect.void
      })
  }
}

type Service = ToolCall["Service"]

/** Progress that is no whole number is told in hundredths of its total: some hosts take no others. */
const whole = ({ progress, total }: Progress): { readonly progress: number; readonly total?: number | undefined } => {
  if (Number.isInteger(progress) && (total === undefined || Number.isInteger(total))) return { progress, total }
  return total === undefined || !(total > 0) || !Number.isFinite(total)
    ? { progress: floor(progress) }
    : { progress: floor(100 * progress / total), total: 100 }
}

const floor = (n: number): number => Number.isFinite(n) ? Math.floor(n) : 0

/** Progress must increase, whoever tells of it. */
export const tell = (call: Call, request: Request, progress: Progress): void => {
  const token = progressToken(request)
  const { notify, signal } = request
  if (token === undefined || notify === undefined || call.isAnswered) return
  if (signal?.aborted === true || call.interruption !== undefined) return
  const { progress: reached, total } = whole(progress)
  call.progress = call.progress === undefined ? reached : Math.max(reached, call.progress + 1)
  call.heardAt = nowUnsafe(call.base.clock)
  const { message } = progress
  const params = {
    progressToken: token,
    progress: call.progress,
    ...total === undefined ? {} : { total: Math.max(total, call.progress) },
    ...message === undefined ? {} : { message: redactedText(message, call.settings.format) }
  }
  quietly(() => notify({ method: "notifications/progress", params }))
}

const principal = (info: AuthInfo): Principal => ({
  clientId: info.clientId,
  scopes: info.scopes,
  token: Redacted.make(info.token),
  extra: info.extra ?? {}
})

/** Sends a notification. One that cannot be sent is not the call's problem. */
const quietly = (send: () => unknown): void => {
  try {
    void Promise.resolve(send()).catch(() => undefined)
  } catch {
    // the connection is gone: the call goes on
  }
}
