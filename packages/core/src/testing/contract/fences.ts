import * as Effect from "effect/Effect"
import { type Case, rule, same } from "./model.ts"
import {
  abandon,
  advance,
  another,
  begin,
  claim,
  complete,
  done,
  everyStep,
  lookup,
  nothing,
  own,
  release,
  renew,
  request,
  short
} from "./steps.ts"

/** Steps of an owner whose lease has ended, and what its follower is answered when the owner was first, and when it was not. */
const races = [
  { name: "completes", begun: true, step: complete, owners: "Completed", followers: "Taken" },
  { name: "frees the key", begun: true, step: release, owners: "Claimed", followers: "Taken" },
  { name: "renews", begun: false, step: renew, owners: "InProgress", followers: "Claimed" },
  { name: "begins", begun: false, step: begin, owners: "Taken", followers: "Claimed" }
] as const

/** Rules about owners that come late. */
export const fences: ReadonlyArray<Case> = [
  rule("an owner whose key went to another changes nothing", function*() {
    const first = yield* request()
    const late = yield* own(first)
    yield* advance("31 seconds")
    const held = yield* own(yield* another(first))
    yield* same("late", yield* everyStep(late), nothing)
    yield* same("the state", short(yield* lookup(first.id)), { _tag: "InProgress", referenceId: "22222222" })
    yield* same("the owner", yield* complete(held), true)
    yield* same("late", yield* everyStep(late), nothing)
    const kept = { _tag: "Completed", referenceId: "22222222", outcome: done }
    yield* same("the state", short(yield* lookup(first.id)), kept)
  }),
  rule("an owner that was lost after it began changes nothing once it was followed", function*() {
    const first = yield* request({ begun: true })
    const late = yield* own(first)
    yield* advance("31 seconds")
    const held = yield* own(yield* another(first, { takesUnknown: true }))
    yield* same("late", yield* everyStep(late), nothing)
    yield* same("the state", (yield* lookup(first.id))._tag, "InProgress")
    yield* same("the owner", yield* release(held), true)
    yield* same("late", yield* everyStep(late), nothing)
    yield* same("the state", yield* lookup(first.id), { _tag: "Absent" })
  }),
  rule("an owner whose key was freed, or forgotten, and claimed anew changes nothing", function*() {
    const freed = yield* request()
    const lateOfFreed = yield* own(freed)
    yield* release(lateOfFreed)
    const forgotten = yield* request()
    const lateOfForgotten = yield* own(forgotten)
    yield* complete(lateOfForgotten)
    yield* advance("25 hours")
    for (const [first, late] of [[freed, lateOfFreed], [forgotten, lateOfForgotten]] as const) {
      yield* own(yield* another(first))
      yield* same("late", yield* everyStep(late), nothing)
      yield* same("the state", short(yield* lookup(first.id)), { _tag: "InProgress", referenceId: "22222222" })
    }
  }),
  rule("owner and generation must both be right", function*() {
    const first = yield* request()
    const held = yield* own(first)
    yield* same("another generation", yield* everyStep({ ...held, generation: held.generation + 1 }), nothing)
    yield* same("another owner", yield* everyStep({ ...held, owner: `${held.owner}x` }), nothing)
    yield* same("another key", yield* everyStep({ ...held, id: `${held.id}x` }), nothing)
    yield* same("the owner", yield* complete(held), true)
  }),
  rule("an owner whose lease ended holds the key until another follows", function*() {
    const renewed = yield* request()
    const begun = yield* request()
    const completed = yield* request({ begun: true })
    const held = yield* Effect.forEach([renewed, begun, completed], own)
    yield* advance("40 seconds")
    yield* same("renew", yield* renew(held[0]!), true)
    yield* same("renewed", (yield* lookup(renewed.id))._tag, "InProgress")
    yield* same("begin", yield* begin(held[1]!), true)
    yield* same("begun", (yield* lookup(begun.id))._tag, "Unknown")
    yield* same("complete", yield* complete(held[2]!), true)
    yield* same("completed", (yield* lookup(completed.id))._tag, "Completed")
  }),
  rule("an end stands: the same again answers true, another one false", function*() {
    const ended = yield* request()
    const held = yield* own(ended)
    yield* same("complete", yield* complete(held), true)
    yield* same("complete again", yield* complete(held, { kind: "failure", value: "\"other\"" }), true)
    const others = [yield* renew(held), yield* begin(held), yield* abandon(held), yield* release(held)]
    yield* same("the rest", others, [false, false, false, false])
    const kept = { _tag: "Completed", referenceId: "11111111", outcome: done }
    yield* same("the state", short(yield* lookup(ended.id)), kept)
    const given = yield* own(yield* request())
    yield* same("begin", [yield* begin(given), yield* begin(given)], [true, true])
    yield* same("abandon", [yield* abandon(given), yield* abandon(given)], [true, true])
    const late = [yield* renew(given), yield* begin(given), yield* complete(given), yield* release(given)]
    yield* same("the rest", late, [false, false, false, false])
    yield* same("the state", (yield* lookup(given.id))._tag, "Unknown")
  }),
  rule("a key without an owner answers false to every step", function*() {
    const { id, owner } = yield* request()
    yield* same("steps", yield* everyStep({ id, owner, generation: 1 }), nothing)
    yield* same("lookup", yield* lookup(id), { _tag: "Absent" })
  }),
  ...races.map(({ begun, name, owners, followers, step }) =>
    rule(`of an owner that ${name} and its follower, at the same time, one wins`, function*() {
      for (let round = 0; round < 10; round++) {
        const first = yield* request({ begun })
        const held = yield* own(first)
        yield* advance("31 seconds")
        const follower = yield* another(first, { takesUnknown: true })
        const [isOwners, answer] = yield* Effect.all([(step as typeof release)(held), claim(follower)], {
          concurrency: "unbounded"
        })
        yield* same(
          `the answer to the follower where the owner was told ${isOwners}`,
          answer._tag,
          isOwners ? owners : followers
        )
      }
    })
  )
]
