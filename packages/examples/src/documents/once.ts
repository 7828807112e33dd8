/**
 * Converts a document once for a key.
 */
import * as Idempotency from "@errata/core/Idempotency"
import { ToolCall } from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { lease } from "../shared/keys.ts"
import type { convertDocument, Request } from "./convert.ts"
import * as Tools from "./tools.ts"

const codec = Idempotency.codec({ output: Tools.convertDocument.output, errors: Tools.convertDocument.errors })

/**
 * Runs a conversion under a key of its own, which comes of the call's: a batch that is repeated after a crash converts only
 * what was not converted. Where the call has no key, it converts.
 */
export const underItsKey = Effect.fnUntraced(function*(
  converted: ReturnType<typeof convertDocument>,
  { document_id, target_format }: Request
) {
  const key = Option.getOrUndefined(yield* Idempotency.childKey(document_id))
  if (key === undefined) return yield* converted
  const { principal } = yield* ToolCall
  return yield* Idempotency.once(converted, {
    key,
    tool: Tools.batchConvertDocuments.name,
    principal: Option.match(principal, { onNone: () => "", onSome: ({ clientId }) => clientId }),
    arguments: { document_id, target_format },
    codec,
    lease,
    effects: "marked", // a file is only renamed; what counts is what the database says of it
    whenLost: "run again"
  })
})
