import type * as Redaction from "@errata/core/Redaction"
import * as ReferenceId from "@errata/core/ReferenceId"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { causeText } from "../../../call/Log.ts"
import type { LogLine } from "../log.ts"
import type { Inbound } from "./inbound.ts"
import { bounded } from "./noise.ts"
import { jsonRpcError, Refusal, refuseCall, refuseRoute, told } from "./refusal.ts"
import type { Reply } from "./reply.ts"
import type { LastWords } from "./work.ts"

/** Turns what went wrong into a reply, and notes it under the reference that the reply tells. */
export interface Notes {
  /** Answers a request that was refused, or failed. */
  readonly refuse: (inbound: Inbound, failure: unknown) => Reply
  /** Adds a reference to what an SDK refused, and leaves out what it quotes of an error. */
  readonly refused: (inbound: Inbound, reply: Reply) => Reply
  readonly lastWords: LastWords
}

/** Makes them for an endpoint at a path. */
export const makeNotes = (path: string, log: LogLine, redactor: Redaction.Redactor): Notes => {
  const write = bounded(log)
  const note = (status: number, reason: string, inbound?: Inbound, cause?: string): string => {
    const referenceId = Effect.runSync(ReferenceId.make)
    write({
      level: status >= 500 && inbound?.signal.aborted !== true ? "Warn" : "Info",
      message: "a request was refused",
      status,
      reason,
      ...inbound === undefined ? {} : { method: inbound.method, path: inbound.path ?? "(none)" },
      reference_id: referenceId,
      ...cause === undefined ? {} : { cause }
    })
    return referenceId
  }
  return {
    refuse: (inbound, failure) => {
      const isRefusal = failure instanceof Refusal
      const { headers, id, reason, why } = isRefusal ? failure : new Refusal("failed")
      const { message, status } = told(reason)
      const cause = isRefusal ? undefined : causeText(Cause.die(failure), redactor)
      const referenceId = note(status, why ?? message, inbound, cause)
      return inbound.path === path
        ? refuseCall(reason, referenceId, headers, id)
        : refuseRoute(reason, referenceId, headers)
    },
    refused: (inbound, reply) => {
      const body = jsonRpcOf(reply.text)
      if (body === undefined) return reply
      const { data } = body.error
      const code = body.error.code === parseError ? invalidRequest : body.error.code // it was parsed before
      const message = redactor.text(body.error.message)
      const reference_id = note(reply.status, message, inbound)
      const shown = typeof data === "object" && data !== null ? redactor.json(data) as object : {}
      return { ...reply, text: JSON.stringify({ ...body, error: { code, message, data: { ...shown, reference_id } } }) }
    },
    lastWords: (reason, id) => {
      const { message, status } = told(reason)
      const error = jsonRpcError(reason, note(status, message), id)
      return new TextEncoder().encode(`event: message\ndata: ${JSON.stringify(error)}\n\n`)
    }
  }
}

const parseError = -32700
const invalidRequest = -32600

interface JsonRpcErrorBody {
  readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }
}

const jsonRpcOf = (text: string): JsonRpcErrorBody | undefined => {
  try {
    const body = JSON.parse(text) as { readonly error?: { readonly message?: unknown } } | null
    return typeof body?.error?.message === "string" ? body as JsonRpcErrorBody : undefined
  } catch {
    return undefined
  }
}
