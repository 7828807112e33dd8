import { type Redactor, strict } from "@errata/core/Redaction"
import { read } from "../../../fold/internal/readProperty.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import * as JsonRpcError from "../../../fold/JsonRpcError.ts"
import { isSdkError, messageOf } from "../thrown.ts"
import type { RawRequest } from "./parts.ts"

const made = new WeakSet<object>()

/** Returns what both SDKs send as a JSON-RPC error. */
export const toThrow = ({ code, data, message }: JsonRpcError.JsonRpcError): Error => {
  const error = Object.assign(new Error(message), { code, ...data === undefined ? {} : { data } })
  made.add(error)
  return error
}

/**
 * Tests whether a failure speaks JSON-RPC to the client: ours, or an SDK's error. `-32603` says nothing of the kind, since every
 * exception gets it.
 */
export const isProtocolError = (failure: unknown): boolean => {
  if (made.has(failure as object)) return true // somebody put a handler around one that is guarded
  const code = read(failure, "code")
  return Number.isInteger(code) && code !== JsonRpcError.codes.internalError && isSdkError(failure)
}

/** The same failure without secrets, and without the prefix of SDK 1.x, which the client's side adds again. */
export const withoutSecrets = (failure: unknown, redactor: Redactor): Error => {
  const data = read(failure, "data")
  return toThrow({
    code: read(failure, "code") as number,
    message: strict(redactor).text(messageOf(failure)),
    data: data === undefined ? undefined : redactor.json(data) as { readonly [key: string]: unknown }
  })
}

const named: { readonly [method: string]: string } = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri"
}

/** Returns what is wrong with a request that does not say what it wants; the SDKs tell it as an internal error. */
export const malformed = ({ method, params = {} }: RawRequest): JsonRpcError.JsonRpcError | undefined => {
  const name = named[String(method)]
  if (name === undefined) return undefined
  if (typeof params[name] !== "string") return invalidParams(`"${name}" must be a string`)
  const args = params["arguments"]
  if (method !== "prompts/get" || args === undefined) return undefined
  if (!isRecord(args)) return invalidParams(`"arguments" must be an object`)
  return Object.values(args).every((value) => typeof value === "string")
    ? undefined
    : invalidParams("the arguments of a prompt must be strings")
}

const invalidParams = (what: string): JsonRpcError.JsonRpcError => ({
  code: JsonRpcError.codes.invalidParams,
  message: `Invalid params: ${what}`
})
