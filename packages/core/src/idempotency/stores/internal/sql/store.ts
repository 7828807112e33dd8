import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { EffectsStore } from "../../../effects/model.ts"
import {
  type Claim,
  type Held,
  type IdempotencyStore,
  type Outcome,
  type Request,
  StoreError
} from "../../../store/model.ts"
import type { Client } from "./client.ts"
import type { Statement } from "./dialect.ts"
import * as Effects from "./effects.ts"
import * as Keys from "./keys.ts"

/** Removes row after row until none is left, in steps that hold up nobody for long. */
const sweep = (client: Client, statement: Statement): Effect.Effect<number, StoreError> =>
  Effect.flatMap(client.rows("expire", statement, {}), ({ length }) =>
    length < Keys.sweepSize
      ? Effect.succeed(length)
      : Effect.map(sweep(client, statement), (more) => length + more))

/** Bounds how often a claim looks again at a key that others change meanwhile. */
const maxLooks = 20

/** Claims in one statement; only where the key is somebody else's a second one tells whose. */
const claimer = (client: Client, statements: Keys.KeyStatements) => {
  const look = (id: string) => Effect.map(client.rows<Keys.KeyRow>("claim", statements.look, { id }), ([row]) => row)
  const claim = (request: Request, looks: number): Effect.Effect<Claim, StoreError> =>
    Effect.gen(function*() {
      const [granted] = yield* client.rows<Keys.GrantedRow>("claim", statements.claim, Keys.ofRequest(request))
      if (granted !== undefined) return Keys.claimOfRow(granted, request)
      const refusal = Keys.refusalOfRow(yield* look(request.id), request)
      if (refusal !== undefined) return refusal
      if (looks < maxLooks) return yield* claim(request, looks + 1)
      return yield* new StoreError({ operation: "claim", reason: "Others changed the key again and again." })
    })
  return (request: Request) => claim(request, 1)
}

class Lost {}

export const makeKeys = (client: Client, table: string): IdempotencyStore["Service"] => {
  const statements = Keys.keyStatements(client.dialect, table)
  const change = (
    rows: Client["rows"],
    operation: "renew" | "begin" | "complete" | "release" | "abandon",
    held: Held,
    rest: { readonly lease?: Duration.Duration; readonly outcome?: Outcome } = {}
  ): Effect.Effect<boolean, StoreError> =>
    Effect.map(rows(operation, statements[operation], Keys.ofHeld(held, rest)), ({ length }) => length > 0)
  const step = (...args: Parameters<typeof change> extends [unknown, ...infer Rest] ? Rest : never) =>
    change(client.rows, ...args)
  return {
    claim: claimer(client, statements),
    renew: (held, lease) => step("renew", held, { lease }),
    begin: (held) => step("begin", held),
    complete: (held, outcome) => step("complete", held, { outcome }),
    release: (held) => step("release", held),
    abandon: (held) => step("abandon", held),
    lookup: (id) =>
      Effect.map(client.rows<Keys.KeyRow>("lookup", statements.look, { id }), ([row]) => Keys.stateOfRow(row)),
    expire: sweep(client, statements.expire),
    transaction: (held, work) =>
      client.transaction(Effect.gen(function*() {
        const { outcome, value } = yield* work
        // The fence comes last: held from here to the commit, it is nobody's to wait for while the work runs.
        const isHeld = yield* change(client.rowsWithin, "complete", held, { outcome })
        return isHeld ? Option.some(value) : yield* Effect.fail(new Lost())
      })).pipe(Effect.catchIf((error) => error instanceof Lost, () => Effect.succeed(Option.none())))
  }
}

export const makeEffects = (client: Client, table: string): EffectsStore["Service"] => {
  const statements = Effects.effectStatements(client.dialect, table)
  return {
    append: (entry) => Effect.asVoid(client.rows("append", statements.append, Effects.ofEntry(entry))),
    end: (id, outcome) => Effect.map(client.rows("end", statements.end, { id, outcome }), ({ length }) => length > 0),
    byReference: (reference) =>
      Effect.map(
        client.rows<Effects.EffectRow>("byReference", statements.byReference, { reference }),
        (rows) => rows.map(Effects.recordOfRow)
      ),
    expire: sweep(client, statements.expire)
  }
}
