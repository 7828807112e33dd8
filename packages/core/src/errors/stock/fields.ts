import * as Schema from "effect/Schema"

export const retryAfterSeconds = Schema.optionalKey(Schema.Finite)

export const hint = (fields: { readonly retry_after_seconds?: number }) =>
  fields.retry_after_seconds === undefined ? undefined : `${fields.retry_after_seconds} seconds` as const

export const because = (reason: string | undefined): string => reason === undefined ? "" : `: ${reason}`

/** Names something as it is named inside a sentence: "The shop" is "the shop" there. */
export const inside = (name: string): string => name.replace(/^(?:The|An?) /, (article) => article.toLowerCase())

/** Reasons for which a service never saw the request: it rejected nothing. */
const unseen: { readonly [reason: string]: string } = {
  "its name is not known": "reached",
  "it speaks another protocol": "reached",
  "the proxy does not let the request through": "reached",
  "its certificate is not accepted": "reached",
  "no secure connection is possible": "reached",
  "its file cannot be opened": "used",
  "its program cannot be started": "used",
  "the request cannot be sent": "used"
}

/** "cannot be reached: its name is not known", or "rejected the request with status 418: teapot". */
export const rejection = (fields: { readonly status_code?: number; readonly reason?: string }): string => {
  const { reason, status_code } = fields
  const participle = status_code === undefined && reason !== undefined && Object.hasOwn(unseen, reason)
    ? unseen[reason]
    : undefined
  const what = participle === undefined ? "rejected the request" : `cannot be ${participle}`
  return `${what}${status_code === undefined ? "" : ` with status ${status_code}`}${because(reason)}`
}

/** "Document 7 not found", but "The document was not found": a name with an article asks for a whole sentence. */
export const was = (name: string): string => /^(?:The|An?) /.test(name) ? `${name} was` : name

export const named = (fields: { readonly resource: string; readonly id?: string }): string =>
  fields.id === undefined ? fields.resource : `${fields.resource} ${quoted(fields.id)}`

/** So much of an id stands in a message: the whole is in the details. */
const longestId = 200

/** Writes an id into a sentence: in quotes, where its words could be read as the sentence's own. */
const quoted = (id: string): string => {
  const short = id.length <= longestId ? id : `${id.slice(0, longestId).toWellFormed()}…`
  return /\s/.test(short) ? JSON.stringify(short) : short
}
