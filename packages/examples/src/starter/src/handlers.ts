/** What the tools do. Only errors that src/tools.ts declares compile here. */
import { Errors, Suggestion, Tool, ToolError } from "@errata/core"
import * as Effect from "effect/Effect"
import { Notes } from "./Notes.ts"
import { NoteTooLong, readNote, writeNote } from "./tools.ts"

const limit = 10_000

export const read = Tool.handle(readNote, ({ name }) =>
  Effect.gen(function*() {
    const notes = yield* Notes
    const text = yield* notes.get(name)
    if (text !== undefined) return { name, text }
    const similarMatches = Suggestion.similar(name, yield* notes.names)
    return yield* ToolError.withGuidance(new Errors.NotFound({ resource: "Note", id: name }), { similarMatches })
  }))

export const write = Tool.handle(writeNote, ({ name, text }) =>
  Effect.gen(function*() {
    if (text.length > limit) return yield* new NoteTooLong({ characters: text.length, limit })
    const notes = yield* Notes
    yield* notes.set(name, text)
    return { name }
  }))

export const handlers = [read, write]
