import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Case, holds, rule, same } from "./model.ts"
import {
  abandon,
  advance,
  another,
  begin,
  claim,
  complete,
  done,
  lookup,
  own,
  release,
  renew,
  request,
  short
} from "./steps.ts"

/** Rules about who gets a key. */
export const claims: ReadonlyArray<Case> = [
  rule("an unused key is absent, and the first claim gets it", function*() {
    const first = yield* request()
    yield* same("lookup", yield* lookup(first.id), { _tag: "Absent" })
    const answer = yield* claim(first)
    yield* same("claim", answer, { _tag: "Claimed", held: { id: first.id, owner: first.owner, generation: 1 } })
  }),
  rule("of 100 concurrent claims one gets the key, and the others learn who has it", function*() {
    const first = yield* request()
    const all = yield* Effect.forEach(Array.from({ length: 100 }), (_, i) => another(first, { referenceId: `${i}` }))
    const answers = yield* Effect.forEach(all, claim, { concurrency: "unbounded" })
    const owners = all.filter((_, i) => answers[i]!._tag === "Claimed")
    yield* same("owners", owners.length, 1)
    const others = answers.filter(({ _tag }) => _tag !== "Claimed").map(short)
    yield* same("the others", others, Array(99).fill({ _tag: "InProgress", referenceId: owners[0]!.referenceId }))
  }),
  rule("concurrent claims of different keys all get theirs", function*() {
    const all = yield* Effect.forEach(Array.from({ length: 50 }), () => request())
    const answers = yield* Effect.forEach(all, claim, { concurrency: "unbounded" })
    yield* same("answers", answers.map(({ _tag }) => _tag), Array(50).fill("Claimed"))
  }),
  rule("a key in progress tells how long its lease still runs", function*() {
    const first = yield* request()
    yield* own(first)
    yield* advance("10 seconds")
    const answer = yield* claim(yield* another(first))
    const left = answer._tag === "InProgress" ? Duration.toMillis(answer.left) : -1
    yield* holds("it has at most 20 s left", left > 10_000 && left <= 20_000, answer)
  }),
  rule("a claim whose answer was lost gets the same answer again", function*() {
    const first = yield* request({ begun: true })
    const answers = [yield* claim(first), yield* claim(first)]
    yield* same("the second answer", answers[1], answers[0])
    yield* advance("31 seconds")
    yield* same("after its lease", yield* claim(first), answers[0])
    const taker = yield* another(first, { takesUnknown: true })
    yield* advance("31 seconds")
    const taken = [yield* claim(taker), yield* claim(taker)]
    yield* same("a key that was taken over", taken.map((_) => _._tag), ["Taken", "Taken"])
    yield* same("the second answer", taken[1], taken[0])
  }),
  rule("an owner that had not begun is followed when its lease ends, with the next generation", function*() {
    const first = yield* request()
    yield* own(first)
    yield* advance("29 seconds")
    yield* same("before", short(yield* claim(yield* another(first))), { _tag: "InProgress", referenceId: "11111111" })
    yield* advance("2 seconds")
    yield* same("lookup", yield* lookup(first.id), { _tag: "Absent" })
    const second = yield* another(first)
    yield* same("after", short(yield* claim(second)), { _tag: "Claimed", generation: 2 })
    yield* same("whose", short(yield* lookup(first.id)), { _tag: "InProgress", referenceId: "22222222" })
    yield* advance("31 seconds")
    yield* same("the third", short(yield* claim(yield* another(first))), { _tag: "Claimed", generation: 3 })
  }),
  rule("an owner that had begun leaves the outcome unknown when its lease ends", function*() {
    const byClaim = yield* request({ begun: true })
    const later = yield* request()
    yield* own(byClaim)
    yield* same("begin", yield* begin(yield* own(later)), true)
    yield* advance("31 seconds")
    for (const { id } of [byClaim, later]) {
      yield* same("lookup", short(yield* lookup(id)), { _tag: "Unknown", referenceId: "11111111" })
    }
    const answer = yield* claim(yield* another(later))
    yield* same("claim", short(answer), { _tag: "Unknown", referenceId: "11111111" })
    yield* same("again", short(yield* claim(yield* another(later))), short(answer))
  }),
  rule("an owner that gives up leaves the outcome unknown at once", function*() {
    const first = yield* request({ begun: true })
    yield* same("abandon", yield* abandon(yield* own(first)), true)
    const answer = yield* claim(yield* another(first))
    yield* same("claim", short(answer), { _tag: "Unknown", referenceId: "11111111" })
    yield* holds("it says since when", answer._tag === "Unknown" && Number.isFinite(answer.since), answer)
  }),
  rule("an unknown outcome is taken over by exactly one, who keeps the first reference", function*() {
    const first = yield* request({ begun: true })
    yield* own(first)
    yield* advance("31 seconds")
    const all = yield* Effect.forEach(Array.from({ length: 20 }), () => another(first, { takesUnknown: true }))
    const answers = yield* Effect.forEach(all, claim, { concurrency: "unbounded" })
    const taken = answers.filter(({ _tag }) => _tag === "Taken").map(short)
    yield* same("taken", taken, [{ _tag: "Taken", generation: 2, referenceId: "11111111" }])
    yield* same("the others", answers.filter(({ _tag }) => _tag === "InProgress").length, 19)
  }),
  rule("who took over an unknown outcome and is lost leaves it unknown again", function*() {
    const first = yield* request({ begun: true })
    yield* abandon(yield* own(first))
    yield* own(yield* another(first, { takesUnknown: true }))
    yield* advance("31 seconds")
    yield* same("lookup", short(yield* lookup(first.id)), { _tag: "Unknown", referenceId: "11111111" })
    const third = yield* claim(yield* another(first, { takesUnknown: true }))
    yield* same("claim", short(third), { _tag: "Taken", generation: 3, referenceId: "11111111" })
  }),
  rule("what was taken over can be completed, freed or given up", function*() {
    const ends = [
      [complete, { _tag: "Completed", referenceId: "11111111", outcome: done }],
      [release, { _tag: "Absent" }],
      [abandon, { _tag: "Unknown", referenceId: "11111111" }]
    ] as const
    for (const [end, state] of ends) {
      const first = yield* request({ begun: true })
      yield* abandon(yield* own(first))
      const held = yield* own(yield* another(first, { takesUnknown: true }))
      yield* same("the end", yield* end(held), true)
      yield* same("lookup", short(yield* lookup(first.id)), state)
    }
  }),
  rule("other arguments are a conflict in every state but the first, and change nothing", function*() {
    const held = yield* request()
    yield* own(held)
    const ended = yield* request()
    yield* complete(yield* own(ended))
    const unknown = yield* request({ begun: true })
    yield* abandon(yield* own(unknown))
    for (const first of [held, ended, unknown]) {
      const before = short(yield* lookup(first.id))
      const other = yield* another(first, { fingerprint: "other arguments", takesUnknown: true })
      yield* same("claim", yield* claim(other), { _tag: "Conflict", referenceId: "11111111" })
      yield* same("the state", short(yield* lookup(first.id)), before)
    }
  }),
  rule("a key that is free again takes other arguments", function*() {
    const released = yield* request()
    yield* release(yield* own(released))
    const lost = yield* request()
    yield* own(lost)
    yield* advance("31 seconds")
    for (const first of [released, lost]) {
      const answer = yield* claim(yield* another(first, { fingerprint: "other arguments" }))
      yield* same("claim", answer._tag, "Claimed")
      yield* same("the first arguments", (yield* claim(yield* another(first)))._tag, "Conflict")
    }
  }),
  rule("the lease is renewed from now on", function*() {
    const first = yield* request({ begun: true })
    const held = yield* own(first)
    yield* advance("20 seconds")
    yield* same("renew", yield* renew(held), true)
    yield* advance("20 seconds")
    yield* same("lookup", (yield* lookup(first.id))._tag, "InProgress")
    yield* advance("11 seconds")
    yield* same("lookup", (yield* lookup(first.id))._tag, "Unknown")
  })
]
