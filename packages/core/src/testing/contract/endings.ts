import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Outcome } from "../../idempotency/store/model.ts"
import { type Case, Contract, holds, rule, same } from "./model.ts"
import {
  abandon,
  advance,
  another,
  claim,
  complete,
  done,
  expire,
  lookup,
  own,
  release,
  request,
  short
} from "./steps.ts"

const keeps = (outcome: Outcome) =>
  Effect.gen(function*() {
    const first = yield* request()
    yield* same("complete", yield* complete(yield* own(first), outcome), true)
    const answer = yield* claim(yield* another(first))
    yield* same("claim", short(answer), { _tag: "Completed", referenceId: "11111111", outcome })
  })

const hostile = [
  "'; DROP TABLE errata_keys; --",
  "\"double\" 'single' `back` \\backslash\\",
  "%s %d $1 ? :name {0} ${x}",
  "two\nlines\r\n\ttab",
  "ünïcödé 🦀 漢字 \u202e\u2028",
  "  spaces around  ",
  "__proto__",
  "x".repeat(1000)
]

/** Rules about what is kept, how long, and byte for byte. */
export const endings: ReadonlyArray<Case> = [
  rule("a success and a failure are kept with the reference of their call", function*() {
    yield* keeps(done)
    yield* keeps({ kind: "failure", value: "{\"_tag\":\"CardDeclined\"}" })
  }),
  rule("an outcome whose value was too large to keep differs from one that is empty", function*() {
    yield* keeps({ kind: "success", value: undefined })
    yield* keeps({ kind: "success", value: "" })
    yield* keeps({ kind: "failure", value: undefined })
  }),
  rule("a completed key says when it ended", function*() {
    const first = yield* request()
    yield* complete(yield* own(first))
    const answer = yield* lookup(first.id)
    yield* holds("storedAt", answer._tag === "Completed" && Number.isFinite(answer.storedAt), answer)
    yield* advance("1 hour")
    const later = yield* request()
    yield* complete(yield* own(later))
    const second = yield* lookup(later.id)
    const isOrdered = answer._tag === "Completed" && second._tag === "Completed" && answer.storedAt <= second.storedAt
    yield* holds("the second ended after the first", isOrdered, { answer, second })
  }),
  rule("a freed key is absent", function*() {
    const first = yield* request({ begun: true })
    yield* same("release", yield* release(yield* own(first)), true)
    yield* same("lookup", yield* lookup(first.id), { _tag: "Absent" })
    yield* same("claim", (yield* claim(yield* another(first)))._tag, "Claimed")
  }),
  rule("the retention counts from the end, and the lease has no part in it", function*() {
    const completed = yield* request({ lease: Duration.seconds(1) })
    yield* complete(yield* own(completed))
    const abandoned = yield* request({ begun: true })
    yield* abandon(yield* own(abandoned))
    const lost = yield* request({ begun: true })
    yield* own(lost)
    yield* advance("23 hours")
    for (const { id } of [completed, abandoned, lost]) {
      yield* holds("it is kept", (yield* lookup(id))._tag !== "Absent", id)
    }
    yield* advance("61 minutes")
    for (const first of [completed, abandoned, lost]) {
      yield* same("lookup", yield* lookup(first.id), { _tag: "Absent" })
      const other = yield* another(first, { fingerprint: "other arguments" })
      yield* same("claim", (yield* claim(other))._tag, "Claimed")
    }
  }),
  rule("a key in progress is not forgotten, however short the retention", function*() {
    const first = yield* request({ lease: Duration.hours(1), retention: Duration.minutes(1) })
    yield* own(first)
    yield* advance("30 minutes")
    yield* expire
    yield* same("claim", (yield* claim(yield* another(first)))._tag, "InProgress")
  }),
  rule("what is past its retention is removed, and nothing else", function*() {
    const [held, kept, old, lost] = yield* Effect.all([
      request({ lease: Duration.hours(2) }),
      request(),
      request({ retention: Duration.minutes(1) }),
      request()
    ])
    yield* own(held)
    yield* complete(yield* own(kept))
    yield* complete(yield* own(old))
    yield* own(lost)
    yield* advance("1 hour")
    const removed = yield* expire
    const { removesByItself = false } = yield* Contract
    yield* holds("it says how many", removed >= 2 || removesByItself, removed)
    const states = yield* Effect.forEach([held, kept, old, lost], ({ id }) => lookup(id))
    yield* same("states", states.map(({ _tag }) => _tag), ["InProgress", "Completed", "Absent", "Absent"])
  }),
  rule("a value of a million characters is kept as it is", function*() {
    yield* keeps({ kind: "success", value: JSON.stringify({ text: "ü🦀\\\"".repeat(250_000) }) })
  }),
  rule("values, references and fingerprints are kept as they are, whatever they hold", function*() {
    for (const text of hostile) {
      yield* keeps({ kind: "success", value: JSON.stringify({ [text]: `${text}\u0000\ud800` }) })
      const first = yield* request({ fingerprint: text, referenceId: text })
      yield* own(first)
      yield* same("the reference", short(yield* lookup(first.id)), { _tag: "InProgress", referenceId: text })
      yield* same("the fingerprint", (yield* claim(yield* another(first)))._tag, "InProgress")
      const other = yield* another(first, { fingerprint: `${text} ` })
      yield* same("another fingerprint", yield* claim(other), { _tag: "Conflict", referenceId: text })
    }
  }),
  rule("ids and owners are told apart byte for byte, whatever they hold", function*() {
    const base = yield* request()
    const ids = [...hostile, "A", "a", "ä", "a\u0308", "a "].map((text) => `${base.id}${text}`)
    const held = yield* Effect.forEach(ids, (id) => own({ ...base, id, owner: `${base.owner}${id}` }))
    yield* same("keys", held.map(({ id }) => id), ids)
    yield* same("generations", held.map(({ generation }) => generation), ids.map(() => 1))
    const ends = yield* Effect.forEach(held, (_) => complete(_, { kind: "success", value: JSON.stringify(_.id) }))
    yield* same("ends", ends, ids.map(() => true))
    for (const id of ids) {
      const kept = {
        _tag: "Completed",
        referenceId: "11111111",
        outcome: { kind: "success", value: JSON.stringify(id) }
      }
      yield* same("lookup", short(yield* lookup(id)), kept)
    }
  })
]
