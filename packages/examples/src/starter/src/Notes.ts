/** Where the notes are. Replace the memory by a database: the handlers will not notice. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export class Notes extends Context.Service<Notes, {
  readonly names: Effect.Effect<ReadonlyArray<string>>
  readonly get: (name: string) => Effect.Effect<string | undefined>
  readonly set: (name: string, text: string) => Effect.Effect<void>
}>()("Notes") {}

export const inMemory: Layer.Layer<Notes> = Layer.sync(Notes, () => {
  const notes = new Map([["welcome", "Change the tools in src/tools.ts, then run npm test."]])
  return {
    names: Effect.sync(() => [...notes.keys()]),
    get: (name) => Effect.sync(() => notes.get(name)),
    set: (name, text) => Effect.sync(() => void notes.set(name, text))
  }
})
