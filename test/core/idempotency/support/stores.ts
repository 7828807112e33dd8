/** Stores that fail, hang, lose their answers, or belong to another process. */
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export type Store = IdempotencyStore.IdempotencyStore["Service"]

export type Step = "claim" | "renew" | "begin" | "complete" | "release" | "abandon"

/** Says what goes wrong with a step: the store did nothing, or did it and lost the answer; or it never answers, or dies. */
export type Fault = "refused" | "lost" | "silent" | "broken"

export const faults: ReadonlyArray<Fault> = ["refused", "lost", "silent", "broken"]

/** Makes a store in memory. */
export const memory: Effect.Effect<Store> = Effect.map(
  Effect.scoped(Layer.build(IdempotencyStore.layerMemory())),
  (context) => Context.get(context, IdempotencyStore.IdempotencyStore)
)

/** Lets steps of a store go wrong, as long as `next` gives a fault. */
export const faulty = (store: Store, next: (step: Step) => Fault | undefined): Store => {
  const wrap = <A extends ReadonlyArray<unknown>, B>(
    step: Step,
    f: (...args: A) => Effect.Effect<B, IdempotencyStore.StoreError>
  ) =>
  (...args: A): Effect.Effect<B, IdempotencyStore.StoreError> =>
    Effect.suspend(() => {
      const fault = next(step)
      const error = new IdempotencyStore.StoreError({ operation: step, reason: "injected" })
      if (fault === undefined) return f(...args)
      if (fault === "silent") return Effect.never
      if (fault === "broken") return Effect.die(new Error("injected"))
      return fault === "refused" ? Effect.fail(error) : Effect.andThen(f(...args), Effect.fail(error))
    })
  return {
    ...store,
    claim: wrap("claim", store.claim),
    renew: wrap("renew", store.renew),
    begin: wrap("begin", store.begin),
    complete: wrap("complete", store.complete),
    release: wrap("release", store.release),
    abandon: wrap("abandon", store.abandon)
  }
}

/** The same store, as another process sees it: it shares the keys, and not what runs. */
export const elsewhere = (store: Store): Store => ({ ...store })

/** Runs a program on a store. */
export const on = (store: Store) => Effect.provideService(IdempotencyStore.IdempotencyStore, store)
