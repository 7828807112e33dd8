import { type Redactor, strict } from "@errata/core/Redaction"
import { isThrown, toThrow } from "../../../call/internal/protocol.ts"
import { read } from "../../../fold/internal/readProperty.ts"
import * as JsonRpcError from "../../../fold/JsonRpcError.ts"
import { isSdkError, messageOf } from "../thrown.ts"

/**
 * Tests whether a failure speaks JSON-RPC to the client: ours, or an SDK's error. `-32603` says nothing of the kind, since every
 * exception gets it.
 */
export const isProtocolError = (failure: unknown): boolean => {
  if (isThrown(failure)) return true // the server put a handler around one that is guarded
  const code = read(failure, "code")
  return Number.isInteger(code) && code !== JsonRpcError.codes.internalError && isSdkError(failure)
}

/** Returns the same failure without secrets, and without the prefix of SDK 1.x, which the client's side adds again. */
export const withoutSecrets = (failure: unknown, redactor: Redactor): Error => {
  const data = read(failure, "data")
  return toThrow({
    code: read(failure, "code") as number,
    message: strict(redactor).text(messageOf(failure)),
    data: data === undefined ? undefined : redactor.json(data) as { readonly [key: string]: unknown }
  })
}
