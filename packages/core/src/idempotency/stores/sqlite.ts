/**
 * Keeps keys, outcomes and the ledger of effects in one SQLite file of this machine.
 *
 * It needs nothing but Node: the file is written through `node:sqlite`. Several processes can share it, and what was answered
 * is on the disk: it outlives a killed process and a lost power supply. It is the store for servers that a host starts on a
 * person's machine, some of them once for every call, and for any server of one machine.
 *
 * **Details**
 *
 * - Steps that are asked for in the same turn of the event loop share one commit, and thereby one wait for the disk (WAL,
 *   `synchronous = FULL`). Alone a step costs one such wait; 64 at a time cost little more than one.
 * - While another process writes, steps wait for up to five seconds without blocking the event loop, and fail after that. A
 *   step that nobody waits for any more (a timeout, a cancelled call) is taken back, and never happens.
 * - Times are the clock of this machine.
 * - What is past its retention is removed when the file is opened, and every ten minutes.
 * - The file and its folder are made for their owner alone (0600 and 0700).
 *
 * **Gotchas**
 *
 * The file must lie on a disk of this machine: over a network's file system, SQLite's locks do not hold. Servers on several
 * machines share `@errata/core/stores/sql` or `@errata/core/stores/redis`. A file that is removed while it is open is not
 * written on: steps fail until the server starts again, since another process would see another file.
 *
 * **Example** (Claiming a key twice)
 *
 * ```ts import.meta.vitest
 * import * as IdempotencyStore from "@errata/core/IdempotencyStore"
 * import * as Sqlite from "@errata/core/stores/sqlite"
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import { mkdtempSync, rmSync } from "node:fs"
 * import { tmpdir } from "node:os"
 * import { join } from "node:path"
 *
 * const folder = mkdtempSync(join(tmpdir(), "errata-doc-"))
 * const claim = (owner: string) =>
 *   Effect.flatMap(IdempotencyStore.IdempotencyStore, (store) =>
 *     store.claim({
 *       id: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
 *       fingerprint: "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35",
 *       owner,
 *       referenceId: "5f3c9a1e",
 *       lease: Duration.seconds(30),
 *       retention: Duration.hours(24),
 *       begun: true,
 *       takesUnknown: false
 *     }))
 * // one process, and another one later
 * const first = Effect.provide(claim("first"), Sqlite.layer({ path: join(folder, "store.sqlite") }))
 * const second = Effect.provide(claim("second"), Sqlite.layer({ path: join(folder, "store.sqlite") }))
 *
 * const answers = [(await Effect.runPromise(first))._tag, (await Effect.runPromise(second))._tag]
 * rmSync(folder, { recursive: true })
 * answers // => ["Claimed", "InProgress"]
 * ```
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { resolve } from "node:path"
import { EffectsStore } from "../effects/model.ts"
import { IdempotencyStore, type StoreError } from "../store/model.ts"
import * as Commit from "./internal/sqlite/commit.ts"
import * as Database from "./internal/sqlite/database.ts"
import * as Store from "./internal/sqlite/store.ts"
import { pathForServer } from "./internal/sqlite/userState.ts"
import { keepSwept } from "./internal/sweep.ts"

/**
 * Configures a store in a SQLite file.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The file. It and its folder are made where they do not exist. */
  readonly path: string
}

/**
 * Provides a store, and a ledger of effects, in a SQLite file. Fails with one sentence where the file cannot be opened.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<IdempotencyStore | EffectsStore, StoreError> =>
  Layer.effectContext(Effect.suspend(() => make(resolve(options.path))))

/**
 * Provides the store of a server that a host starts on a person's machine: a file in the state folder of that person
 * (`~/.local/state/errata` on Linux), named like the server.
 *
 * **Details**
 *
 * Hosts start servers in `/` or in one folder for several, so that a path relative to the working folder is no choice. Servers
 * of the same name share the file, as two processes of one server do: name a server as nobody else does.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerForServer = (name: string): Layer.Layer<IdempotencyStore | EffectsStore, StoreError> =>
  Layer.effectContext(Effect.flatMap(pathForServer(name), make))

const make = Effect.fnUntraced(function*(path: string) {
  const database = yield* Database.open(path)
  const commit = yield* Commit.make(database, path)
  const keys = Store.makeKeys(database, path, commit)
  const effects = Store.makeEffects(database, path, commit)
  yield* keepSwept(keys.expire, effects.expire)
  return Context.make(IdempotencyStore, keys).pipe(Context.add(EffectsStore, effects))
})
