/** A full disk loses nothing that was answered, and says what is wrong. */
import { IdempotencyStore } from "@errata/core/IdempotencyStore"
import * as SqliteStore from "@errata/core/stores/sqlite"
import * as Effect from "effect/Effect"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { temporaryFolder } from "./support/folder.ts"

const folder = temporaryFolder()
const program = join(import.meta.dirname, "support/fill.ts")

interface Said {
  readonly answered: ReadonlyArray<string>
  readonly refused: ReadonlyArray<string>
  readonly readable: number
}

const keepsItsWord = async (path: string, said: Said): Promise<void> => {
  expect(said.answered.length).toBeGreaterThan(3)
  expect(said.readable).toBe(said.answered.length)
  const kept = Effect.gen(function*() {
    const store = yield* IdempotencyStore
    return yield* Effect.forEach(said.answered, (id) => store.lookup(id))
  })
  const states = await Effect.runPromise(Effect.provide(kept, SqliteStore.layer({ path })))
  expect(states.map(({ _tag }) => _tag)).toEqual(said.answered.map(() => "Completed"))
}

describe("a disk that takes no more", () => {
  it("because a file may not grow", async () => {
    const path = join(folder.path, "limited.sqlite")
    // 4 MiB in blocks of 512 bytes
    const limited = ["-c", "ulimit -f 8192; exec \"$@\"", "sh", process.execPath, program, path]
    const said = JSON.parse(execFileSync("sh", limited, { encoding: "utf8" })) as Said
    expect(new Set(said.refused)).toEqual(
      new Set([`The store ${path} cannot be read or written: the disk failed.`])
    )
    await keepsItsWord(path, said)
  })

  it("because it is full", async ({ skip }) => {
    const small = join(folder.path, "small disk")
    mkdirSync(small)
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", small])
    if (status !== 0) return skip("this user may not mount a small disk")
    try {
      const path = join(small, "store.sqlite")
      const said = JSON.parse(execFileSync(process.execPath, [program, path], { encoding: "utf8" })) as Said
      expect(new Set(said.refused)).toEqual(new Set([`The store ${path} cannot grow: the disk is full.`]))
      await keepsItsWord(path, said)
    } finally {
      execFileSync("umount", [small])
    }
  })
})
