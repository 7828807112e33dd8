/** Describes a JSON-RPC message, as far as it is looked into here. */
export interface Message {
  readonly id?: unknown
  readonly method?: unknown
  readonly params?: { readonly requestId?: unknown } | undefined
}

/** Returns the messages of a body: one, or the older protocols' batch. */
export const messagesOf = (body: unknown): ReadonlyArray<Message> =>
  (Array.isArray(body) ? body : [body]).filter((message) => typeof message === "object" && message !== null)

/** Tests whether something is the id of a request. */
export const isId = (id: unknown): id is string | number => typeof id === "string" || typeof id === "number"

/** Returns the ids of the requests in a body. */
export const requestIds = (body: unknown): ReadonlyArray<string | number> =>
  messagesOf(body).flatMap(({ id, method }) => isId(id) && typeof method === "string" ? [id] : [])

/** Tests whether a body holds a message of a method. */
export const hasMethod = (body: unknown, name: string): boolean =>
  messagesOf(body).some(({ method }) => method === name)
