/** What the SQLite store promises beyond the contract: commits in groups, several processes, and files that are not as they should be. */
import { describe, expect, it } from "@effect/vitest"
import { EffectsStore } from "@errata/core/Effects"
import { IdempotencyStore, StoreError } from "@errata/core/IdempotencyStore"
import * as SqliteStore from "@errata/core/stores/sqlite"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { expectTypeOf } from "vitest"
import { listed, temporaryFolder } from "./support/folder.ts"
import { done, heldBy, request } from "./support/requests.ts"

const folder = temporaryFolder()
const fresh = () => join(folder.path, crypto.randomUUID(), "store.sqlite")

const stored = <A, E>(
  path: string,
  program: (store: IdempotencyStore["Service"]) => Effect.Effect<A, E, EffectsStore>
): Effect.Effect<A, E | StoreError> =>
  Effect.flatMap(IdempotencyStore, program).pipe(
    Effect.provide(SqliteStore.layer({ path }))
  ) as Effect.Effect<A, E | StoreError>

/** Counts the commits in a write-ahead log: a frame that ends one says how large the database is after it. */
const commits = (path: string): number => {
  const log = readFileSync(`${path}-wal`)
  const pageSize = log.readUInt32BE(8)
  let count = 0
  for (let at = 32; at + 24 <= log.length; at += 24 + pageSize) if (log.readUInt32BE(at + 4) > 0) count += 1
  return count
}

const refusal = (path: string) =>
  Effect.map(Effect.flip(stored(path, () => Effect.void)), (error) => {
    expect(error).toBeInstanceOf(StoreError)
    return (error as StoreError).message
  })

describe("commits in groups", () => {
  it.live("puts the steps of one turn into one commit, and each has its own answer", () => {
    const path = fresh()
    return stored(path, (store) =>
      Effect.gen(function*() {
        const before = commits(path)
        const claims = yield* Effect.forEach(
          Array.from({ length: 200 }, (_, index) => request(`key ${index % 100}`, { owner: `owner ${index}` })),
          (asked) => store.claim(asked),
          { concurrency: "unbounded" }
        )
        expect(claims.map(({ _tag }) => _tag)).toEqual([
          ...Array.from({ length: 100 }, () => "Claimed"),
          ...Array.from({ length: 100 }, () => "InProgress")
        ])
        expect(commits(path) - before).toBe(1)
        for (const index of [1, 2, 3]) yield* store.claim(request(`later ${index}`))
        expect(commits(path) - before).toBe(4)
      }))
  })

  it.live("fails the one step that cannot be done, and no other", () =>
    stored(fresh(), (store) =>
      Effect.gen(function*() {
        const odd = request("odd", { fingerprint: {} as never })
        const [first, bad, last] = yield* Effect.all(
          [request("first"), odd, request("last")].map((asked) => Effect.exit(store.claim(asked))),
          { concurrency: "unbounded" }
        )
        expect([first, last].map((exit) => exit !== undefined && Exit.isSuccess(exit))).toEqual([true, true])
        expect(bad !== undefined && Exit.isFailure(bad)).toBe(true)
        expect((yield* store.lookup("first"))._tag).toBe("InProgress")
        expect((yield* store.lookup("odd"))._tag).toBe("Absent")
      })))

  it.live("takes back a step that nobody waits for any more", () => {
    const path = fresh()
    return stored(path, (store) =>
      Effect.gen(function*() {
        const other = new DatabaseSync(path)
        other.exec("BEGIN IMMEDIATE")
        const waiting = yield* Effect.forkChild(store.claim(request("left")))
        const staying = yield* Effect.forkChild(store.claim(request("stays")))
        yield* Effect.sleep("20 millis") // the store has met the lock by now, or will: either is right
        yield* Fiber.interrupt(waiting)
        other.exec("COMMIT")
        other.close()
        expect((yield* Fiber.join(staying))._tag).toBe("Claimed")
        expect((yield* store.lookup("left"))._tag).toBe("Absent")
      }))
  })

  it.live("waits for a lock without blocking, and says who holds it when it waited too long", () => {
    const path = fresh()
    return stored(path, (store) =>
      Effect.gen(function*() {
        const other = new DatabaseSync(path)
        other.exec("BEGIN IMMEDIATE")
        let turns = 0
        const counting = yield* Effect.forkChild(
          Effect.forever(Effect.andThen(Effect.sleep("5 millis"), Effect.sync(() => turns++)))
        )
        const error = yield* Effect.flip(store.claim(request("locked")))
        yield* Fiber.interrupt(counting)
        expect(error.reason).toBe(`The store ${path} is locked by another program.`)
        expect(turns).toBeGreaterThan(50)
        other.close()
        expect((yield* store.claim(request("locked")))._tag).toBe("Claimed")
      }))
  })

  it.live("does what was asked before it closes", () => {
    const path = fresh()
    return Effect.gen(function*() {
      yield* stored(
        path,
        (store) => Effect.forkDetach(store.claim(request("last"))).pipe(Effect.andThen(Effect.yieldNow))
      )
      expect(yield* stored(path, (store) => store.lookup("last"))).toMatchObject({ _tag: "InProgress" })
    })
  })

  it.live("refuses what is asked after it has closed", () =>
    Effect.gen(function*() {
      const store = yield* stored(fresh(), Effect.succeed)
      expect((yield* Effect.flip(store.claim(request("late")))).reason).toMatch(/ is closed\.$/)
      expect(yield* Effect.flip(store.lookup("late"))).toBeInstanceOf(StoreError)
    }))
})

describe("the file", () => {
  it.live("outlives the process, with keys, outcomes and effects", () => {
    const path = fresh()
    return Effect.gen(function*() {
      yield* stored(path, (store) =>
        Effect.gen(function*() {
          yield* store.complete(heldBy(yield* store.claim(request("done"))), done)
          const ledger = yield* EffectsStore
          const entry = { id: "e", referenceId: "11111111", tool: "charge", name: "charge the card", target: "ada" }
          yield* ledger.append({ ...entry, key: undefined, retention: Duration.hours(1) })
        }))
      const [state, effects] = yield* stored(
        path,
        (store) =>
          Effect.all([store.lookup("done"), Effect.flatMap(EffectsStore, (ledger) => ledger.byReference("11111111"))])
      )
      expect(state).toMatchObject({ _tag: "Completed", outcome: done })
      expect(effects).toMatchObject([{ id: "e", outcome: "begun" }])
    })
  })

  it.live("belongs to its owner alone", () => {
    const path = fresh()
    return Effect.map(stored(path, (store) => store.claim(request("1"))), () => {
      expect((statSync(path).mode & 0o777).toString(8)).toBe("600")
      expect((statSync(dirname(path)).mode & 0o777).toString(8)).toBe("700")
    })
  })

  it.live("syncs every commit", () => {
    const path = fresh()
    return Effect.map(stored(path, (store) => store.claim(request("1"))), () => {
      const database = new DatabaseSync(path)
      expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" })
      database.close()
    })
  })

  it.effect("removes what is past its retention, in the background", () => {
    const path = fresh()
    return stored(path, (store) =>
      Effect.gen(function*() {
        for (const id of ["1", "2"]) {
          yield* store.complete(heldBy(yield* store.claim(request(id, { retention: Duration.minutes(1) }))), done)
        }
        yield* store.claim(request("3", { lease: Duration.hours(1) }))
        yield* TestClock.adjust("61 seconds")
        expect(yield* store.expire).toBe(2)
        yield* store.complete(heldBy(yield* store.claim(request("4", { retention: Duration.minutes(1) }))), done)
        yield* TestClock.adjust("20 minutes")
        yield* Effect.yieldNow
        const database = new DatabaseSync(path)
        expect(database.prepare("SELECT id FROM keys").all()).toEqual([{ id: "3" }])
        database.close()
      }))
  })

  it.live("is swept of any number of keys", () => {
    const path = fresh()
    return stored(path, (store) =>
      Effect.gen(function*() {
        const asked = Array.from({ length: 2500 }, (_, index) => request(`${index}`, { lease: Duration.zero }))
        yield* Effect.forEach(asked, (one) => store.claim(one), { concurrency: "unbounded", discard: true })
        expect(yield* store.expire).toBeGreaterThan(0) // the sweep of the opening may still run
        expect(yield* store.expire).toBe(0)
        const database = new DatabaseSync(path)
        expect(database.prepare("SELECT COUNT(*) AS rows FROM keys").get()).toEqual({ rows: 0 })
        database.close()
      }))
  })

  it.live("that was removed or replaced is written on no more", () => {
    const path = fresh()
    return stored(path, (store) =>
      Effect.gen(function*() {
        yield* store.claim(request("1"))
        for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name)
        const sentence = `The store ${path} was removed or replaced while it was open: restart the server.`
        expect((yield* Effect.flip(store.claim(request("2")))).reason).toBe(sentence)
        yield* stored(path, (other) => other.claim(request("1"))) // another process makes it anew
        expect((yield* Effect.flip(store.claim(request("2")))).reason).toBe(sentence)
      }))
  })

  it.live("of another program is refused and left as it is", () => {
    const path = fresh()
    mkdirSync(dirname(path))
    const database = new DatabaseSync(path)
    database.exec("CREATE TABLE notes (text TEXT)")
    database.close()
    const before = readFileSync(path)
    return Effect.map(refusal(path), (message) => {
      expect(message).toBe(`open: The store ${path} is the database of another program: choose another path.`)
      expect(readFileSync(path).equals(before)).toBe(true)
    })
  })

  it.live("that is no database, or damaged, is refused", () => {
    const [text, damaged] = [fresh(), fresh()]
    mkdirSync(dirname(text))
    writeFileSync(text, "Dear diary, today I was not a database. ".repeat(100))
    return Effect.gen(function*() {
      expect(yield* refusal(text)).toBe(`open: The store ${text} is not a SQLite database.`)
      yield* stored(damaged, (store) => Effect.forEach(["1", "2"], (id) => store.claim(request(id))))
      const bytes = readFileSync(damaged)
      writeFileSync(damaged, bytes.fill(0xff, 100, 4096))
      expect(yield* refusal(damaged)).toBe(`open: The store ${damaged} is damaged.`)
    })
  })

  it.live("of a newer version is refused", () => {
    const path = fresh()
    return Effect.gen(function*() {
      yield* stored(path, (store) => store.claim(request("1")))
      const database = new DatabaseSync(path)
      database.exec("PRAGMA user_version = 99")
      database.close()
      expect(yield* refusal(path)).toBe(`open: The store ${path} was written by a newer version of Errata.`)
    })
  })

  it.live("that cannot be written is refused in one sentence", () => {
    const blocked = join(folder.path, "a file")
    writeFileSync(blocked, "")
    return Effect.gen(function*() {
      const below = join(blocked, "store.sqlite")
      expect(yield* refusal(below)).toBe(`open: The store ${below} cannot be written.`)
      const directory = join(folder.path, "a folder")
      mkdirSync(directory)
      expect(yield* refusal(directory)).toBe(`open: The store ${directory} cannot be written.`)
      const readOnly = join(folder.path, "read only")
      mkdirSync(readOnly)
      chmodSync(readOnly, 0o500)
      const inside = join(readOnly, "store.sqlite")
      if (process.getuid?.() === 0) return // root may write everywhere
      expect(yield* refusal(inside)).toBe(`open: The store ${inside} cannot be written.`)
    })
  })
})

describe("a server's own store", () => {
  const found = (name: string, env: Record<string, string>) =>
    Effect.flatMap(IdempotencyStore, (store) => store.claim(request("1"))).pipe(
      Effect.provide(SqliteStore.layerForServer(name)),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
    )

  it.live("lies in the state folder of the user, and is named like the server", () => {
    const home = join(folder.path, "home")
    return Effect.gen(function*() {
      yield* found("operations", { HOME: home })
      expect(existsSync(join(home, ".local/state/errata/operations.sqlite"))).toBe(true)
      const state = join(folder.path, "state")
      for (const name of ["../../etc/passwd", "..", "A b", "a b", "a-b", ""]) {
        yield* found(name, { HOME: home, XDG_STATE_HOME: state })
      }
      expect(new Set(listed(join(state, "errata"))).size).toBe(6)
    })
  })

  it.live("is refused where the user has no home", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(found("operations", {}))
      expect(error.message).toBe("open: The user has no home folder to keep the store in: give it a path.")
    }))

  it("can be asked for by its type", () => {
    expectTypeOf(SqliteStore.layerForServer("operations")).toEqualTypeOf<
      Layer.Layer<IdempotencyStore | EffectsStore, StoreError>
    >()
  })
})
