import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { EffectsStore, type Entry } from "../../idempotency/effects/model.ts"
import { type Case, Contract, holds, rule, same } from "./model.ts"
import { advance, retention, unique } from "./steps.ts"

const entry = (changes: Partial<Entry> = {}): Effect.Effect<Entry> =>
  Effect.gen(function*() {
    return {
      id: yield* unique,
      referenceId: yield* unique,
      tool: "charge_user",
      name: "charge the card",
      target: "user 7",
      key: undefined,
      retention,
      ...changes
    }
  })

const append = (written: Entry) => Effect.flatMap(EffectsStore, (_) => _.append(written))
const end = (id: string, outcome: "done" | "failed") => Effect.flatMap(EffectsStore, (_) => _.end(id, outcome))
const of = (referenceId: string) => Effect.flatMap(EffectsStore, (_) => _.byReference(referenceId))

/** Rules about the ledger of effects. */
export const ledger: ReadonlyArray<Case> = [
  rule("an effect is on record from before it begins, and then how it ended", function*() {
    const written = yield* entry({ key: "child-key-1" })
    yield* same("a call without effects", yield* of(written.referenceId), [])
    yield* append(written)
    const [begun] = yield* of(written.referenceId)
    const { retention: _, ...fields } = written
    yield* same("begun", begun, { ...fields, startedAt: begun!.startedAt, endedAt: undefined, outcome: "begun" })
    yield* holds("it says when", Number.isFinite(begun!.startedAt), begun)
    yield* same("end", yield* end(written.id, "done"), true)
    const [ended] = yield* of(written.referenceId)
    yield* same("ended", ended!.outcome, "done")
    yield* holds("it says when", ended!.endedAt !== undefined && ended!.endedAt >= ended!.startedAt, ended)
  }),
  rule("the effects of a call come in the order in which they were written, and only they", function*() {
    const first = yield* entry({ name: "1" })
    const { referenceId } = first
    const others = [yield* entry({ referenceId, name: "2" }), yield* entry(), yield* entry({ referenceId, name: "3" })]
    for (const written of [first, ...others]) yield* append(written)
    yield* same("names", (yield* of(referenceId)).map(({ name }) => name), ["1", "2", "3"])
  }),
  rule("what was written before is not written again, and the first end stands", function*() {
    const written = yield* entry()
    yield* append(written)
    yield* same("end", [yield* end(written.id, "failed"), yield* end(written.id, "failed")], [true, true])
    yield* same("another end", yield* end(written.id, "done"), false)
    yield* append({ ...written, name: "something else" })
    const all = yield* of(written.referenceId)
    yield* same("records", all.map(({ name, outcome }) => ({ name, outcome })), [{
      name: "charge the card",
      outcome: "failed"
    }])
    yield* same("an end of nothing", yield* end(yield* unique, "done"), false)
  }),
  rule("effects of concurrent calls are all on record", function*() {
    const first = yield* entry()
    const all = yield* Effect.forEach(Array.from({ length: 50 }), () => entry({ referenceId: first.referenceId }))
    yield* Effect.forEach(all, append, { concurrency: "unbounded" })
    const ends = yield* Effect.forEach(all, ({ id }) => end(id, "done"), { concurrency: "unbounded" })
    yield* same("ends", ends, all.map(() => true))
    const records = yield* of(first.referenceId)
    yield* same("records", records.map(({ id }) => id).sort(), all.map(({ id }) => id).sort())
  }),
  rule("an effect is forgotten after its retention, and not before", function*() {
    const short = yield* entry({ retention: Duration.minutes(1) })
    const long = yield* entry({ referenceId: short.referenceId })
    yield* append(short)
    yield* append(long)
    yield* advance("50 seconds")
    yield* same("before", (yield* of(short.referenceId)).length, 2)
    yield* advance("11 seconds")
    yield* same("after", (yield* of(short.referenceId)).map(({ id }) => id), [long.id])
    const removed = yield* Effect.flatMap(EffectsStore, (_) => _.expire)
    const { removesByItself = false } = yield* Contract
    yield* holds("it says how many", removed >= 1 || removesByItself, removed)
    yield* same("kept", (yield* of(short.referenceId)).map(({ id }) => id), [long.id])
  }),
  rule("names, targets and keys are kept as they are", function*() {
    for (const text of ["'; DROP TABLE errata_effects; --", "ünï 🦀 \u2028\n", "%s $1 ?", "", "x".repeat(2000)]) {
      const written = yield* entry({ tool: text, name: text, target: text, key: text })
      yield* append(written)
      const { key, name, target, tool } = (yield* of(written.referenceId))[0]!
      yield* same("kept", [tool, name, target, key], [text, text, text, text])
    }
  })
]
