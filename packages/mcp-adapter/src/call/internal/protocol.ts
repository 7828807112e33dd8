import { isRecord } from "../../fold/internal/resultLike.ts"
import * as JsonRpcError from "../../fold/JsonRpcError.ts"

/** Describes a request as it came: what an SDK's own schemas have not looked at. */
export interface RawRequest {
  readonly method?: unknown
  readonly params?: { readonly [key: string]: unknown } | undefined
}

const made = new WeakSet<object>()

/** Returns what both SDKs send as a JSON-RPC error. */
export const toThrow = ({ code, data, message }: JsonRpcError.JsonRpcError): Error => {
  const error = Object.assign(new Error(message), { code, ...data === undefined ? {} : { data } })
  made.add(error)
  return error
}

/** Tests whether a failure was made by {@link toThrow}. */
export const isThrown = (failure: unknown): boolean => made.has(failure as object)

const named: { readonly [method: string]: string } = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri"
}

/** Returns what is wrong with a request that does not say what it wants; the SDKs tell it as an internal error. */
export const malformed = (
  request: RawRequest,
  method: unknown = request.method
): JsonRpcError.JsonRpcError | undefined => {
  const { params = {} } = request
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
