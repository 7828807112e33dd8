/** Shared stores on a bad network: connections that are cut, databases that do not answer, and processes whose clocks disagree. */
import { IdempotencyStore, StoreError } from "@errata/core/IdempotencyStore"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import { setTimeout } from "node:timers/promises"
import { expect, it } from "vitest"
import { proxyTo } from "../../../services/proxy.ts"
import { describeWith, type Service } from "../../../services/service.ts"
import { layerOf } from "./support/backends.ts"
import { done, heldBy, request } from "./support/requests.ts"

/** A process of its own, as far as stores go: its own connection, and its own idea of the time. */
const processOn = (kind: "postgres" | "redis", port: number, ahead: Duration.Input = 0) => {
  const shift = Duration.toMillis(Duration.fromInputUnsafe(ahead))
  const clock = Layer.effect(
    Clock.Clock,
    Effect.map(Clock.Clock, (real): Clock.Clock =>
      Object.assign(Object.create(real) as Clock.Clock, {
        currentTimeMillisUnsafe: () => real.currentTimeMillisUnsafe() + shift,
        currentTimeMillis: Effect.map(real.currentTimeMillis, (now) => now + shift)
      }))
  )
  const runtime = ManagedRuntime.make(Layer.merge(layerOf({ kind, port }), clock))
  return {
    run: <A, E>(program: (store: IdempotencyStore["Service"]) => Effect.Effect<A, E>) =>
      runtime.runPromise(Effect.flatMap(IdempotencyStore, program)),
    [Symbol.asyncDispose]: () => runtime.dispose()
  }
}

/** Asks until the connection is there again. */
const again = async <A>(ask: () => Promise<A>): Promise<A> => {
  for (let attempt = 1;; attempt++) {
    try {
      return await ask()
    } catch (failure) {
      if (!(failure instanceof StoreError) || attempt === 200) throw failure
    }
  }
}

const keepsItsWord = (kind: "postgres" | "redis", current: () => Service): void => {
  it("a connection that is cut fails in one sentence, and the next one goes on", async () => {
    await using way = await proxyTo(current().port)
    await using first = processOn(kind, way.port)
    const id = crypto.randomUUID()
    const held = heldBy(await first.run((store) => store.claim(request(id))))
    for (let round = 0; round < 3; round++) {
      way.stall()
      const asked = first.run((store) => Effect.flip(store.renew(held, Duration.seconds(30))))
      way.cut()
      const error = await asked
      expect(error).toBeInstanceOf(StoreError)
      expect(error.message).toMatch(/^renew: (The database|Redis) [^:]*\.$/)
      way.resume()
      expect(await again(() => first.run((store) => store.renew(held, Duration.seconds(30))))).toBe(true)
    }
    expect(await first.run((store) => store.complete(held, done))).toBe(true)
  })

  it("an answer that was lost is given again to the same owner", async () => {
    await using way = await proxyTo(current().port)
    await using first = processOn(kind, way.port)
    await using second = processOn(kind, current().port)
    const asked = request(crypto.randomUUID())
    await first.run((store) => store.lookup(asked.id))
    way.stall()
    const lost = first.run((store) => Effect.flip(store.claim(asked)))
    way.cut()
    expect(await lost).toBeInstanceOf(StoreError)
    way.resume()
    const held = heldBy(await again(() => first.run((store) => store.claim(asked))))
    expect(held.generation).toBe(1)
    expect(await second.run((store) => store.claim({ ...asked, owner: "another" }))).toMatchObject({
      _tag: "InProgress"
    })
  })

  it("a store that does not answer can be given up", async () => {
    await using way = await proxyTo(current().port)
    await using first = processOn(kind, way.port)
    const id = crypto.randomUUID()
    const held = heldBy(await first.run((store) => store.claim(request(id))))
    way.stall()
    // a driver that clears its connection first would take some five seconds
    const renewal = first.run((store) => Effect.timeoutOption(store.renew(held, Duration.seconds(30)), "100 millis"))
    expect(await Promise.race([renewal, setTimeout(3000, "still waiting")])).toEqual(Option.none())
    way.cut()
    way.resume()
    expect(await again(() => first.run((store) => store.renew(held, Duration.seconds(30))))).toBe(true)
  })

  it("the clocks of processes play no part", async () => {
    await using early = processOn(kind, current().port, "-3 hours")
    await using late = processOn(kind, current().port, "3 hours")
    const asked = request(crypto.randomUUID(), { begun: true })
    const held = heldBy(await early.run((store) => store.claim(asked)))
    const answer = await late.run((store) => store.claim({ ...asked, owner: "another" }))
    expect(answer._tag).toBe("InProgress")
    const left = answer._tag === "InProgress" ? Duration.toMillis(answer.left) : 0
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(30_000)
    expect(await early.run((store) => store.complete(held, done))).toBe(true)
    expect(await late.run((store) => store.claim({ ...asked, owner: "another" }))).toMatchObject({
      _tag: "Completed",
      outcome: done
    })
  })
}

describeWith("postgres", "PostgreSQL", (current) => keepsItsWord("postgres", current))
describeWith("redis", "Redis", (current) => keepsItsWord("redis", current))
