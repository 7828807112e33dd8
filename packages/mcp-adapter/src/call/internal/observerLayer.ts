import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Observer, Observers } from "./observer.ts"

/** One set for all who observe: a layer is built once, however often it is provided. */
const none: Layer.Layer<Observers> = Layer.sync(Observers, () => new Set())

/** Lets an observer hear of the calls of the runtime that it is merged into. */
export const observerLayer = (make: Effect.Effect<Observer>): Layer.Layer<Observers> => {
  const joined = Effect.gen(function*() {
    const all = yield* Observers
    all.add(yield* make)
  })
  return Layer.provideMerge(Layer.effectDiscard(joined), none)
}
