/**
 * One call of a keyed tool, as a process of its own: `node program.ts <place> <id> <owner> <lines> [--stop-at step] [--transaction]`.
 *
 * It claims, begins, has its effect (a line in a file), and completes; says each step when it is done; and stands still after
 * one where it is told to, so that it can be killed there. With `--transaction` the effect is a row, in one transaction with
 * the outcome.
 */
import { IdempotencyStore } from "@errata/core/IdempotencyStore"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs"
import { parseArgs } from "node:util"
import { layerOf, onPostgres, type Place } from "./backends.ts"
import { done, heldBy, request } from "./requests.ts"

const { positionals: [place = "", id = "", owner = "", lines = ""], values } = parseArgs({
  allowPositionals: true,
  options: { "stop-at": { type: "string" }, transaction: { type: "boolean" } }
})

const say = (word: string) =>
  Effect.callback<void>((resume) => {
    process.stdout.write(`${word}\n`, () => resume(Effect.void))
  })

const did = (step: string) =>
  Effect.andThen(
    say(step),
    values["stop-at"] === step
      ? Effect.andThen(Effect.sync(() => setInterval(() => undefined, 1000)), Effect.never)
      : Effect.void
  )

/** The effect on the world, which is on the disk when it has happened. */
const effect = Effect.sync(() => {
  const file = openSync(lines, "a")
  writeSync(file, `${id}\n`)
  fsyncSync(file)
  closeSync(file)
})

const call = Effect.gen(function*() {
  const store = yield* IdempotencyStore
  const claim = yield* store.claim(request(id, { owner, lease: Duration.millis(500) }))
  if (claim._tag !== "Claimed") return yield* say(claim._tag)
  const held = heldBy(claim)
  yield* did("claim")
  if (!(yield* store.begin(held))) return yield* say("Lost")
  yield* did("begin")
  yield* effect
  yield* did("effect")
  if (!(yield* store.complete(held, done))) return yield* say("Lost")
  yield* did("complete")
})

const callInTransaction = Effect.gen(function*() {
  const store = yield* IdempotencyStore
  const sql = yield* SqlClient
  const claim = yield* store.claim(request(id, { owner, lease: Duration.millis(500) }))
  if (claim._tag !== "Claimed") return yield* say(claim._tag)
  yield* did("claim")
  const work = sql`INSERT INTO effects (id) VALUES (${id})`.pipe(
    Effect.andThen(did("effect")),
    Effect.as({ value: undefined, outcome: done })
  )
  yield* store.transaction!(claim.held, work)
  yield* did("complete")
})

const where = JSON.parse(place) as Place
await Effect.runPromise(
  values.transaction === true && where.kind === "postgres"
    ? Effect.provide(callInTransaction, onPostgres(where))
    : Effect.provide(call, layerOf(where))
)
