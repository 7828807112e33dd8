/** What the tools are: names, arguments, results, and every error they can have. A client may import this file too. */
import { Errors, Tool, ToolError } from "@errata/core"
import * as Schema from "effect/Schema"

export class NoteTooLong extends ToolError.Validation<NoteTooLong>()("NoteTooLong", {
  characters: Schema.Int,
  limit: Schema.Int
}, {
  type: "too_large",
  message: (e) => `The note has ${e.characters} characters, ${e.limit} are allowed`,
  suggestion: "Shorten the note or split it in two"
}) {}

const Name = Schema.String.annotate({ description: "The name of a note", examples: ["welcome"] })

export const readNote = Tool.make("read_note", {
  description: "Returns a note by its name.",
  input: { name: Name },
  output: { name: Schema.String, text: Schema.String },
  errors: [Errors.NotFound],
  safety: "read"
})

export const writeNote = Tool.make("write_note", {
  description: "Writes a note, and replaces the one of the same name.",
  input: { name: Name, text: Schema.String.annotate({ description: "What the note says" }) },
  output: { name: Schema.String },
  errors: [NoteTooLong],
  safety: "idempotent"
})
