import { at, isObject, items, property } from "./read.ts"
import { slugOf } from "./slug.ts"

/** Lists where a client keeps what the service answered. */
const places = [
  "response.data",
  "data",
  "response.body",
  "body",
  "problem",
  "response.problem",
  "response._data",
  "responseBody",
  "error",
  "response.text",
  "errorResponse",
  "meta.body",
  "message"
]

/** The longest text that is read as JSON. */
const longest = 65_536

/** The body of the response that a failure carries, as far as it is an object or JSON. */
export const bodyOf = (failure: unknown): object | undefined => {
  for (const place of places) {
    const body = at(failure, place)
    const value = typeof body === "string" ? parsed(body) : body
    if (isObject(value) && typeof value !== "function") return value
  }
  return undefined
}

/** Returns the object that a text holds as JSON. */
export const parsed = (body: string): unknown => {
  if (body.length > longest || !/^\s*\{/.test(body)) return undefined
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

const paths = [
  "code",
  "type",
  "reason",
  "error",
  "error.code",
  "error.type",
  "error.status",
  "error.reason",
  "rawType",
  "errorCode",
  "error_code",
  "error.errors.0.reason",
  "errors.0.reason",
  "errors.0.code",
  "errors.0.extensions.code",
  "error.details.0.reason",
  "error.details.1.reason",
  "title"
]

/** Returns the codes that a failure and its body give, in small letters. */
export const codesIn = (failure: unknown, body: unknown): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const from of [body, failure]) {
    for (const path of paths) {
      const value = at(from, path)
      if (typeof value === "string" && value.length <= 80) found.add(value.toLowerCase())
    }
    const slug = slugOf(property(from, "type"))
    if (slug !== undefined) found.add(slug)
    for (const item of items(property(from, "errors"), 5)) {
      const reason = property(item, "reason")
      if (typeof reason === "string") found.add(reason.toLowerCase())
    }
  }
  return found
}
