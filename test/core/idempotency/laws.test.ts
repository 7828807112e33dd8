/**
 * Two properties over random schedules: the store is the state machine that it says it is; and work under a key takes effect at most
 * once, is never lost once somebody was told of it, and is the same for all, whatever fails and whoever dies.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import type { Held } from "@errata/core/IdempotencyStore"
import * as ToolCall from "@errata/core/ToolCall"
import * as Verified from "@errata/core/Verified"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { runs, seeded, type Source, source } from "../support/arbitraries.ts"
import { type Changes, type Charge, charge, once } from "./support/charge.ts"
import { Model, plain } from "./support/model.ts"
import { elsewhere, faults, faulty, memory, on, type Step, type Store } from "./support/stores.ts"

const few = runs(300)

const seeds = seeded((from) => from.int(2 ** 32))

describe("the store in memory", () => {
  it.effect.prop(
    "answers as the state machine, whatever is asked in whatever order",
    [seeds],
    ([seed]) =>
      Effect.gen(function*() {
        const from = source(seed)
        const store = yield* memory
        const model = new Model()
        const holds: Array<Held> = [{ id: "id", owner: "nobody", generation: 1 }]
        for (let i = 0; i < 60; i++) {
          const [mine, theirs] = yield* step(from, store, model, holds)
          expect(mine).toEqual(theirs)
          expect(plain(yield* store.lookup("id"))).toEqual(model.state())
        }
      }),
    few
  )
})

/** Does one random thing to both. Returns what they say. */
const step = Effect.fnUntraced(function*(from: Source, store: Store, model: Model, holds: Array<Held>) {
  const held = from.pick(holds)
  const lease = Duration.seconds(1 + from.int(10))
  switch (from.int(10)) {
    case 0:
    case 1:
    case 2: {
      const request = {
        id: "id",
        fingerprint: from.chance(90) ? "a" : "b",
        owner: from.chance(20) ? held.owner : `owner ${holds.length}`,
        referenceId: `call ${holds.length}`,
        lease,
        retention: Duration.seconds(5 + from.int(60)),
        begun: from.chance(50),
        takesUnknown: from.chance(50)
      }
      const answer = yield* store.claim(request)
      if ("held" in answer) holds.push(answer.held)
      const millis = Duration.toMillis
      return [plain(answer), model.claim(request, millis(lease), millis(request.retention))]
    }
    case 3:
      return [yield* store.renew(held, lease), model.renew(held, Duration.toMillis(lease))]
    case 4:
      return [yield* store.begin(held), model.begin(held)]
    case 5: {
      const outcome = { kind: "success", value: `${holds.length}` } as const
      return [yield* store.complete(held, outcome), model.complete(held, outcome)]
    }
    case 6:
      return [yield* store.release(held), model.release(held)]
    case 7:
      return [yield* store.abandon(held), model.abandon(held)]
    case 8:
      yield* store.expire
      model.expire()
      return [0, 0]
    default: {
      const millis = from.int(20_000)
      yield* TestClock.adjust(Duration.millis(millis))
      model.now += millis
      return [0, 0]
    }
  }
})

/** What all processes share: the effects that really happened. */
interface World {
  readonly store: Store
  effects: number
}

/** A process: its store forgets it when it dies, and so does the world. */
class Process {
  isDead = false
  readonly store: Store
  readonly world: World

  constructor(world: World, from: Source) {
    this.world = world
    this.store = faulty(elsewhere(world.store), (step: Step) => {
      if (this.isDead) return "silent"
      return from.chance(step === "claim" ? 5 : 10) ? from.pick(faults) : undefined
    })
  }

  /** Works for a while, charges, works on, and may fail at any point. */
  work(from: Source): Effect.Effect<Charge, Errors.Unavailable> {
    const pause = () =>
      Effect.suspend(() => this.isDead ? Effect.never : Effect.sleep(Duration.millis(from.int(9_000))))
    const failure = Effect.suspend((): Effect.Effect<void, Errors.Unavailable> => {
      if (from.chance(85)) return Effect.void
      return from.chance(50) ? Effect.fail(new Errors.Unavailable({ service: "The bank" })) : Effect.die("a bug")
    })
    const pay = Effect.suspend(() => this.isDead ? Effect.never : Effect.sync(() => void this.world.effects++))
    return Effect.gen(function*() {
      yield* pause()
      yield* failure
      yield* ToolCall.irreversible(pay)
      yield* pause()
      yield* failure
      return charge(1)
    })
  }
}

const verifyIn = (world: World): NonNullable<Changes["verify"]> => ({
  check: Effect.sync(() => world.effects > 0 ? Verified.tookEffect(charge(1)) : Verified.cannotTell)
})

/** Runs a schedule: calls from several processes, of which some die or are interrupted. Returns how the calls ended. */
const schedule = Effect.fnUntraced(function*(from: Source, world: World, changes: Changes) {
  const processes = Array.from({ length: 1 + from.int(3) }, () => new Process(world, from))
  const calls: Array<Fiber.Fiber<Exit.Exit<Charge, unknown>>> = []
  for (let i = 0; i < 3 + from.int(8); i++) {
    const process = from.pick(processes)
    switch (from.int(6)) {
      case 0:
        if (from.chance(40)) process.isDead = true
        break
      case 1: {
        const fiber = calls[from.int(calls.length)]
        if (fiber !== undefined) fiber.interruptUnsafe()
        break
      }
      default: {
        const duplicates = from.pick(["wait", "reject"] as const)
        const call = on(process.store)(once(process.work(from), { ...changes, lease: "6 seconds", duplicates }))
        const inTime = Deadline.within(call, Duration.seconds(1 + from.int(40)), { operation: "The call" })
        calls.push(yield* Effect.forkDetach(Effect.exit(inTime)))
      }
    }
    yield* TestClock.adjust(Duration.millis(from.int(8_000)))
  }
  for (let i = 0; i < 12; i++) yield* TestClock.adjust("10 seconds")
  return calls.flatMap((fiber) => {
    const exit = fiber.pollUnsafe()
    return exit?._tag === "Success" && exit.value._tag === "Success" ? [exit.value.value] : []
  })
})

describe("work under a key", () => {
  for (const effects of ["marked", undefined] as const) {
    for (const verifies of [false, true]) {
      it.effect.prop(
        `takes effect once, is not lost and is the same for all (effects: ${effects}, verifies: ${verifies})`,
        [seeds],
        ([seed]) =>
          Effect.gen(function*() {
            const from = source(seed)
            const world: World = { store: yield* memory, effects: 0 }
            const changes: Changes = { effects, ...verifies ? { verify: verifyIn(world) } : {} }
            const told = yield* schedule(from, world, changes)
            expect(world.effects).toBeLessThanOrEqual(1)
            if (told.length > 0) expect(world.effects).toBe(1)
            const before = world.effects
            const work = ToolCall.irreversible(Effect.sync(() => charge(++world.effects)))
            const last = yield* Effect.exit(on(world.store)(once(work, changes)))
            expect(world.effects).toBeLessThanOrEqual(1)
            for (const value of told) expect(value).toEqual(charge(1))
            if (Exit.isSuccess(last)) expect(last.value).toEqual(charge(1))
            else {
              expect(last.cause.reasons).toMatchObject([{ error: { _tag: "OutcomeUnknown" } }])
              expect(verifies && before > 0).toBe(false) // what took effect is found
            }
          }),
        few
      )
    }
  }
})
