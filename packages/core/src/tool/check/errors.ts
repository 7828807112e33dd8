import * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import { definitionOf } from "../../errors/toolError/read.ts"
import type { Entry } from "../catalogue/model.ts"
import type { Check, Found } from "./model.ts"

/** Looks for errors of one tool that a reader could not tell apart. */
export const alike: Check = ({ errors }) => {
  const declared = errors.filter(({ origin }) => origin === "declared")
  return declared.flatMap((entry, i) =>
    declared.slice(i + 1).filter((other) => looksOf(other) === looksOf(entry)).map((other): Found => ({
      code: "errors_alike",
      error: entry.error,
      message: `${entry.error} and ${other.error} have one type, one message and the same fields`,
      fix: "Tell them apart by type or message, or make them one class"
    }))
  )
}

const looksOf = ({ category, details, message, type }: Entry): string =>
  JSON.stringify([type, category, message, details ?? {}])

/** The tags by which a client knows errors of the adapter's own. */
const reserved: ReadonlySet<string> = new Set([
  "InvalidArguments",
  "Timeout",
  "InternalError",
  "BatchFailed",
  "InProgress",
  "OutcomeUnknown",
  "IdempotencyConflict"
])

/** Looks for tags that a client would decode as something else. */
export const tags: Check = ({ all, tool }) =>
  tool.errors.flatMap((Class): ReadonlyArray<Found> => {
    const tag = Class.identifier
    const { isStock } = definitionOf(Class.prototype as ToolError.Any)
    if (reserved.has(tag) && !isStock) {
      return [{
        code: "tag_reserved",
        error: tag,
        message: `${tag} is the tag of one of the adapter's own errors`,
        fix: "Give the class another tag"
      }]
    }
    const others = all.filter((other) =>
      other !== tool && other.errors.some((one) => one.identifier === tag && one !== Class)
    )
    const stock = (Errors as { readonly [name: string]: unknown })[tag]
    return others.length === 0 && (isStock || stock === undefined) ? [] : [{
      code: "tag_ambiguous",
      error: tag,
      message: others.length === 0
        ? `${tag} is the tag of a stock error, and this class is another`
        : `${tag} is another class in ${others.map(({ name }) => name).join(", ")}`,
      fix: "Share the class, or give it a tag of its own: a client tells errors apart by their tags"
    }]
  })
