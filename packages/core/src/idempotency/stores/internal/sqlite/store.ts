import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import type { EffectsStore } from "../../../effects/model.ts"
import type { Held, IdempotencyStore, Outcome, Request, StoreError } from "../../../store/model.ts"
import { bind, embedded, type Statement, type Value } from "../sql/dialect.ts"
import * as Effects from "../sql/effects.ts"
import * as Keys from "../sql/keys.ts"
import type { Commit } from "./commit.ts"
import { storeError, tables } from "./database.ts"

type Values = Readonly<Record<string, Value>>

/** A prepared statement. It is prepared when it is needed: a process that answers one call needs three. */
interface Prepared {
  /** Changes rows, and returns how many. */
  readonly change: (values: Values) => number
  readonly first: <Row>(values: Values) => Row | undefined
  readonly all: <Row>(values: Values) => ReadonlyArray<Row>
}

const preparer = (database: DatabaseSync) => (statement: Statement): Prepared => {
  let prepared: StatementSync | undefined
  const ready = () => prepared ??= database.prepare(statement.text)
  return {
    change: (values) => Number(ready().run(...bind(statement, values)).changes),
    first: <Row>(values: Values) => ready().get(...bind(statement, values)) as Row | undefined,
    all: <Row>(values: Values) => ready().all(...bind(statement, values)) as unknown as ReadonlyArray<Row>
  }
}

const prepareAll = <Name extends string>(
  database: DatabaseSync,
  statements: Readonly<Record<Name, Statement>>
): Readonly<Record<Name, Prepared>> => {
  const prepare = preparer(database)
  const entries = Object.entries<Statement>(statements).map(([name, statement]) => [name, prepare(statement)])
  return Object.fromEntries(entries) as Record<Name, Prepared>
}

/** Reads what is committed: it needs no transaction, and waits for none. */
const reader = (path: string) => <A>(operation: string, read: (now: number) => A): Effect.Effect<A, StoreError> =>
  Effect.flatMap(
    Clock.currentTimeMillis,
    (now) => Effect.try({ try: () => read(now), catch: (cause) => storeError(operation, path, cause) })
  )

/** Removes row after row until none is left, and lets others have their turn between. */
const sweep = (commit: Commit, statement: Prepared): Effect.Effect<number, StoreError> =>
  Effect.flatMap(
    commit("expire", (now) => statement.change({ now })),
    (removed) =>
      removed < Keys.sweepSize
        ? Effect.succeed(removed)
        : Effect.map(sweep(commit, statement), (more) => removed + more)
  )

export const makeKeys = (database: DatabaseSync, path: string, commit: Commit): IdempotencyStore["Service"] => {
  const read = reader(path)
  const statements = prepareAll(database, { ...Keys.keyStatements(embedded, tables.keys) })
  const look = (id: string, now: number) => statements.look.first<Keys.KeyRow>({ id, now })
  const step = (
    operation: "renew" | "begin" | "complete" | "release" | "abandon",
    held: Held,
    rest: { readonly lease?: Duration.Duration; readonly outcome?: Outcome } = {}
  ): Effect.Effect<boolean, StoreError> =>
    commit(
      operation,
      (now) => statements[operation].change(Keys.ofHeld(held, { ...rest, now })) > 0,
      rest.outcome?.value?.length
    )
  const claim = (request: Request, now: number) => {
    const values = Keys.ofRequest(request, now)
    if (statements.insert.change(values) > 0) return Keys.claimOfRow(Keys.firstGrant, request)
    const granted = statements.claim.first<Keys.GrantedRow>(values)
    return granted === undefined
      ? Keys.refusalOfRow(look(request.id, now), request)! // nobody else writes in this transaction
      : Keys.claimOfRow(granted, request)
  }
  return {
    claim: (request) => commit("claim", (now) => claim(request, now)),
    renew: (held, lease) => step("renew", held, { lease }),
    begin: (held) => step("begin", held),
    complete: (held, outcome) => step("complete", held, { outcome }),
    release: (held) => step("release", held),
    abandon: (held) => step("abandon", held),
    lookup: (id) => read("lookup", (now) => Keys.stateOfRow(look(id, now))),
    expire: sweep(commit, statements.expire)
  }
}

export const makeEffects = (database: DatabaseSync, path: string, commit: Commit): EffectsStore["Service"] => {
  const read = reader(path)
  const statements = prepareAll(database, { ...Effects.effectStatements(embedded, tables.effects) })
  return {
    append: (entry) => commit("append", (now) => void statements.append.change(Effects.ofEntry(entry, now))),
    end: (id, outcome) => commit("end", (now) => statements.end.change({ id, outcome, now }) > 0),
    byReference: (reference) =>
      read(
        "byReference",
        (now) => statements.byReference.all<Effects.EffectRow>({ reference, now }).map(Effects.recordOfRow)
      ),
    expire: sweep(commit, statements.expire)
  }
}
