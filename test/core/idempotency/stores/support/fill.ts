/** Fills the disk under a SQLite store: `node fill.ts <path>`. Says what was answered, and what was refused. */
import { IdempotencyStore } from "@errata/core/IdempotencyStore"
import * as SqliteStore from "@errata/core/stores/sqlite"
import * as Effect from "effect/Effect"
import { heldBy, request } from "./requests.ts"

const value = JSON.stringify("x".repeat(50_000))

const [path = ""] = process.argv.slice(2)

const fill = Effect.gen(function*() {
  const store = yield* IdempotencyStore
  const call = (id: string) =>
    Effect.flatMap(store.claim(request(id)), (claim) => store.complete(heldBy(claim), { kind: "success", value }))
  const answered: Array<string> = []
  const refused: Array<string> = []
  for (let round = 0; refused.length === 0 && round < 200; round++) {
    const ids = Array.from({ length: 8 }, (_, index) => `${round}.${index}`)
    yield* Effect.forEach(ids, (id) =>
      Effect.match(call(id), {
        onFailure: (error) => refused.push(error.reason),
        onSuccess: () => answered.push(id)
      }), { concurrency: "unbounded" })
  }
  const states = yield* Effect.forEach(answered, (id) => store.lookup(id))
  return { answered, refused, readable: states.filter(({ _tag }) => _tag === "Completed").length }
})

console.log(JSON.stringify(await Effect.runPromise(Effect.provide(fill, SqliteStore.layer({ path })))))
