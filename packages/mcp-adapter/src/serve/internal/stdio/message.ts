import { isRecord } from "../../../fold/internal/resultLike.ts"

/** Identifies a request. */
export type Id = string | number

/** Describes a request as it is handed on: what JSON-RPC knows, and no other members. */
export interface Request {
  readonly jsonrpc: "2.0"
  readonly id: Id
  readonly method: string
  readonly params?: { readonly [name: string]: unknown }
}

/** Describes what a line holds. */
export type Message =
  | { readonly kind: "request"; readonly request: Request }
  /** A notification or an answer. */
  | { readonly kind: "other"; readonly message: object; readonly cancels: Id | undefined }
  /** A request that no SDK would read, and so no server would answer. */
  | { readonly kind: "invalid"; readonly id: Id; readonly why: string }
  /** What cannot be answered, since it has no id. */
  | { readonly kind: "unreadable"; readonly why: string }

/** Reads a line. Never throws, and never repeats what came: it may be a secret. */
export const readMessage = (line: string): Message => {
  let message: unknown
  try {
    message = JSON.parse(line)
  } catch {
    return unreadable("it is no JSON")
  }
  if (!isRecord(message)) return unreadable("it is no object")
  if (!("method" in message)) return readAnswer(message)
  const { id, method, params } = message
  const why = wrongWith(message)
  if (id === undefined) {
    if (why !== undefined) return unreadable(why)
    const cancels = method === cancelled && isRecord(params) ? params["requestId"] : undefined
    return { kind: "other", message, cancels: isId(cancels) ? cancels : undefined }
  }
  if (!isId(id)) return unreadable(`"id" must be a string or an integer`)
  if (why !== undefined) return { kind: "invalid", id, why }
  const request = { jsonrpc: "2.0", id, method: method as string } as const
  return {
    kind: "request",
    request: params === undefined ? request : { ...request, params: params as NonNullable<Request["params"]> }
  }
}

const cancelled = "notifications/cancelled"

const unreadable = (why: string): Message => ({ kind: "unreadable", why })

const isId = (id: unknown): id is Id => typeof id === "string" || Number.isSafeInteger(id)

const readAnswer = (message: { readonly [name: string]: unknown }): Message =>
  message["jsonrpc"] === "2.0" && ("result" in message || "error" in message)
    ? { kind: "other", message, cancels: undefined }
    : unreadable("it is neither a request nor an answer")

/** Says what is wrong with a request or a notification. */
const wrongWith = (
  { jsonrpc, method, params }: { readonly [name: string]: unknown }
): string | undefined => {
  if (jsonrpc !== "2.0") return `"jsonrpc" must be "2.0"`
  if (typeof method !== "string") return `"method" must be a string`
  if (params === undefined) return undefined
  if (!isRecord(params)) return `"params" must be an object`
  const meta = params["_meta"]
  if (meta === undefined) return undefined
  if (!isRecord(meta)) return `"params._meta" must be an object`
  const token = meta["progressToken"]
  return token === undefined || isId(token) ? undefined : `"params._meta.progressToken" must be a string or an integer`
}
