import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const lost = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })

function* inTurn(failure: unknown) {
  yield "a"
  throw failure
}

async function* later(failure: unknown) {
  yield await Promise.resolve("a")
  throw failure
}

describe("a source of items that breaks", () => {
  it.effect.each<[string, (failure: unknown) => Batch.Items<string>]>([
    ["a generator", inTurn],
    ["an async generator", later],
    ["a stream", (failure) => Stream.concat(Stream.make("a"), Stream.die(failure))]
  ])("%s", ([, make]) =>
    Effect.gen(function*() {
      const report = (failure: unknown) =>
        Effect.map(Batch.forEach(make(failure), (item) => Effect.succeed(item)), (batch) => Batch.report(batch))
      expect((yield* report(lost)).errors.map(({ category, type }) => [type, category])).toEqual([[
        "unavailable",
        "transient"
      ]])
      expect((yield* report(new Error("a mistake"))).errors.map(({ type }) => type)).toEqual(["internal_error"])
    }))
})
