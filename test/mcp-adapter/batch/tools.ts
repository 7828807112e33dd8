/** A tool that returns a batch: each item says what becomes of it. */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Redaction from "@errata/core/Redaction"
import * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const Converted = Schema.Struct({
  pages: Schema.Int,
  at: Schema.optionalKey(Schema.Date),
  password: Schema.optionalKey(Redaction.sensitive(Schema.String))
})

const options = {
  description: "Converts documents.",
  input: Schema.Struct({ documents: Schema.Array(Schema.String) }),
  output: Batch.Report(Converted)
} as const

export const convertAll = Tool.make("convert_all", { ...options, safety: "idempotent" })
export const chargeAll = Tool.make("charge_all", { ...options, safety: "once" })

/** `ok:3` has three pages; anything else before the colon is a way to fail. */
const convert = (document: string): Effect.Effect<typeof Converted.Type, ItemError> => {
  const [way, detail = ""] = document.split(/:(.*)/s)
  switch (way) {
    case "ok":
      return Effect.succeed({ pages: Number(detail), at: new Date(0), password: "swordfish" })
    case "missing":
      return Effect.fail(new Errors.NotFound({ resource: "Document", id: detail }))
    case "busy":
      return Effect.fail(new Errors.Unavailable({ service: "The converter", retry_after_seconds: Number(detail) }))
    case "denied":
      return Effect.fail(new Errors.PermissionDenied({ action: "read", resource: detail }))
    case "hang":
      return Effect.never
    case "wrong":
      return Effect.succeed({ pages: "many" as never })
    default:
      return Effect.die(new Error(`unforeseen ${detail}`))
  }
}

type ItemError = Errors.NotFound | Errors.Unavailable | Errors.PermissionDenied

export const convertAllHandler = Tool.handle(convertAll, ({ documents }) => Batch.forEach(documents, convert))
export const chargeAllHandler = Tool.handle(chargeAll, ({ documents }) => Batch.forEach(documents, convert))
