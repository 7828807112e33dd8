/** A process that is killed between any two steps leaves what its follower needs: no effect happens twice, and none is lost unsaid. */
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { SqlClient } from "effect/sql/SqlClient"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { describe, expect, it } from "vitest"
import { describeWith } from "../../../services/service.ts"
import { onPostgres, type Place } from "./support/backends.ts"
import { temporaryFolder } from "./support/folder.ts"

const folder = temporaryFolder()
const program = join(import.meta.dirname, "support/program.ts")

interface Run {
  readonly id: string
  readonly owner: string
  readonly lines: string
  readonly inTransaction?: boolean
}

/** Runs the program to its end, or kills it once it has said a step. Returns what it said. */
const run = async (place: Place, call: Run, killAfter?: string): Promise<ReadonlyArray<string>> => {
  const { id, inTransaction = false, lines, owner } = call
  const stop = [
    ...(killAfter === undefined ? [] : ["--stop-at", killAfter]),
    ...(inTransaction ? ["--transaction"] : [])
  ]
  const child = spawn(process.execPath, [program, JSON.stringify(place), id, owner, lines, ...stop], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  const exited = once(child, "exit")
  const said: Array<string> = []
  for await (const line of createInterface(child.stdout)) {
    said.push(line)
    if (line === killAfter) child.kill("SIGKILL")
  }
  await exited
  return said
}

/** Calls again until the lost owner's lease is over. */
const follow = async (place: Place, call: Run): Promise<ReadonlyArray<string>> => {
  for (let attempt = 1;; attempt++) {
    const said = await run(place, { ...call, owner: `follower ${attempt}` })
    if (said[0] !== "InProgress") return said
  }
}

const effects = ({ id, lines }: Run): number =>
  existsSync(lines) ? readFileSync(lines, "utf8").split("\n").filter((line) => line === id).length : 0

const keepsItsWord = (placeOf: () => Place): void => {
  it.each([
    { step: "claim", then: ["claim", "begin", "effect", "complete"], count: 1 },
    { step: "begin", then: ["Unknown"], count: 0 },
    { step: "effect", then: ["Unknown"], count: 1 },
    { step: "complete", then: ["Completed"], count: 1 }
  ])("killed after $step", async ({ count, step, then }) => {
    const call = { id: crypto.randomUUID(), owner: "first", lines: join(folder.path, "effects") }
    expect((await run(placeOf(), call, step)).at(-1)).toBe(step)
    expect(await follow(placeOf(), call)).toEqual(then)
    expect(effects(call)).toBe(count)
    expect((await run(placeOf(), { ...call, owner: "third" })).at(-1)).toBe(
      count === 1 && step !== "effect" ? "Completed" : "Unknown"
    )
    expect(effects(call)).toBe(count)
  })
}

describe("a SQLite file", () => {
  keepsItsWord(() => ({ kind: "sqlite", path: join(folder.path, "store.sqlite") }))

  it("has one owner for each key, of several processes at once", async () => {
    const place: Place = { kind: "sqlite", path: join(folder.path, "shared.sqlite") }
    const ids = ["1", "2"]
    const runs = ids.flatMap((id) =>
      ["a", "b", "c"].map((owner) => run(place, { id, owner, lines: join(folder.path, "shared effects") }))
    )
    const said = await Promise.all(runs)
    expect(said.filter((steps) => steps.includes("effect"))).toHaveLength(ids.length)
    for (const id of ids) expect(effects({ id, owner: "", lines: join(folder.path, "shared effects") })).toBe(1)
  })
})

describeWith("postgres", "PostgreSQL", (current) => {
  keepsItsWord(() => ({ kind: "postgres", port: current().port }))

  it.each([
    { step: "claim", then: ["claim", "effect", "complete"] },
    { step: "effect", then: ["claim", "effect", "complete"] },
    { step: "complete", then: ["Completed"] }
  ])("killed after $step of a transaction: exactly once", async ({ step, then }) => {
    const place: Place = { kind: "postgres", port: current().port }
    const runtime = ManagedRuntime.make(onPostgres(place))
    const rows = <A>(query: (sql: SqlClient) => Effect.Effect<A, unknown>) =>
      runtime.runPromise(Effect.flatMap(SqlClient, query))
    await rows((sql) => sql`CREATE TABLE IF NOT EXISTS effects (id TEXT NOT NULL)`)
    const call = { id: crypto.randomUUID(), owner: "first", lines: "", inTransaction: true }
    expect((await run(place, call, step)).at(-1)).toBe(step)
    expect(await follow(place, call)).toEqual(then)
    expect(await rows((sql) => sql`SELECT id FROM effects WHERE id = ${call.id}`)).toHaveLength(1)
    expect(await run(place, { ...call, owner: "third" })).toEqual(["Completed"])
    await runtime.dispose()
  })
})

describeWith("redis", "Redis", (current) => {
  keepsItsWord(() => ({ kind: "redis", port: current().port }))
})
