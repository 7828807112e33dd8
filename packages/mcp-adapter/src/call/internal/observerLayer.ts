import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Observer, Observers } from "./observer.ts"

/** One set for all who observe: a layer is built once, however often it is provided. */
const none: Layer.Layer<Observers> = Layer.sync(Observers, () => new Set())

/** Lets an observer hear of calls as long as the runtime lives that it is merged into. */
export const observerLayer = (make: Effect.Effect<Observer>): Layer.Layer<Observers> => {
  const joined = Effect.gen(function*() {
    const all = yield* Observers
    const observer = yield* make
    yield* Effect.acquireRelease(
      Effect.sync(() => all.add(observer)),
      () => Effect.sync(() => all.delete(observer))
    )
  })
  return Layer.provideMerge(Layer.effectDiscard(joined), none)
}
