import * as Schema from "effect/Schema"

export const retryAfterSeconds = Schema.optionalKey(Schema.Finite)

export const hint = (fields: { readonly retry_after_seconds?: number }) =>
  fields.retry_after_seconds === undefined ? undefined : `${fields.retry_after_seconds} seconds` as const

export const because = (reason: string | undefined): string => reason === undefined ? "" : `: ${reason}`

export const named = (fields: { readonly resource: string; readonly id?: string }): string =>
  fields.id === undefined ? fields.resource : `${fields.resource} ${fields.id}`
