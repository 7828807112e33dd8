import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"

let found: boolean | undefined

/** Whether effect compiles schemas (nothing says so). Only a compiled parser reads twice what it refuses: again to describe it. */
export const isCompiling = (): boolean => {
  if (found !== undefined) return found
  let reads = 0
  SchemaParser.decodeUnknownResult(Schema.Struct({ read: Schema.String }))({
    get read() {
      return ++reads
    }
  })
  return found = reads > 1
}
