/**
 * One way to look at files, for all example servers: it stays inside, does not wait, and says what it did not see.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Disk from "@errata/examples/shared/folder/Disk"
import * as SafeFolder from "@errata/examples/shared/folder/SafeFolder"
import * as Walk from "@errata/examples/shared/folder/walk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { systemError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import { until } from "../../wire/Wait.ts"
import * as Watched from "../files/fixtures/Watched.ts"

let home: Folder.Folder
const at = (path: string): string => home.at("root", path)

beforeEach(() => {
  home = Folder.make()
  mkdirSync(home.at("root"))
})
afterEach(() => home.remove())

const real = Layer.mergeAll(NodeFileSystem.layer, Disk.layer)

const use = <A, E>(
  f: (folder: SafeFolder.SafeFolder) => Effect.Effect<A, E>,
  options?: SafeFolder.Options,
  layer: Layer.Layer<FileSystem.FileSystem | Disk.Disk> = real
): Promise<A> =>
  SafeFolder.make(home.at("root"), options).pipe(Effect.flatMap(f), Effect.provide(layer), Effect.runPromise)

const write = (path: string, text = path): void => {
  mkdirSync(at(path.split("/").slice(0, -1).join("/")), { recursive: true })
  writeFileSync(at(path), text)
}

/** Reads a file, or says why not. */
const read = (folder: SafeFolder.SafeFolder, path: string): Effect.Effect<string> =>
  folder.open(path).pipe(
    Effect.flatMap((file) => Stream.mkString(Stream.decodeText(file.chunks()))),
    Effect.scoped,
    Effect.catch((error) => Effect.succeed(error._tag as string))
  )

const collect = (options?: Walk.WalkOptions, folderOptions?: SafeFolder.Options, start = ".") =>
  use((folder) => Walk.collect(folder.walk(start, options)), folderOptions)

const pathsOf = ({ entries }: Walk.Seen): ReadonlyArray<string> => entries.map(({ path }) => path)

describe("a walk", () => {
  it("meets what is near first, in the order of the names, with the sizes that were asked for", async () => {
    for (const path of ["z.txt", "a/b/c.txt", "a/y.md", "B.txt"]) write(path)
    const { entries, warnings } = await collect({ measures: (path) => path.endsWith(".txt") })
    assert.deepStrictEqual(warnings, [])
    assert.deepStrictEqual(
      entries.map(({ path, size, type }) => `${path} ${type} ${size}`),
      [
        "B.txt file 5",
        "a directory undefined",
        "z.txt file 5",
        "a/b directory undefined",
        "a/y.md file undefined",
        "a/b/c.txt file 9"
      ]
    )
  })

  it("follows no link: neither out, nor in circles, nor twice to the same", async () => {
    write("real/note.txt")
    symlinkSync(".", at("self"))
    symlinkSync("..", at("real/up"))
    for (const [one, other] of [["a", "b"], ["b", "c"], ["c", "a"]] as const) {
      mkdirSync(at(one))
      symlinkSync(`../${other}`, at(`${one}/${other}`))
    }
    symlinkSync("/etc", at("etc"))
    symlinkSync("/etc/passwd", at("passwd.txt"))
    symlinkSync("real/note.txt", at("again.txt"))
    assert.deepStrictEqual(pathsOf(await collect()), ["a", "b", "c", "real", "real/note.txt"])
  })

  it("says when it was cut: in one folder, and between folders", async () => {
    for (let i = 0; i < 12; i++) write(`wide/${i}.txt`)
    write("zz/last.txt")
    const cut = await collect({ maxEntries: 10 })
    assert.lengthOf(cut.entries, 10)
    assert.deepStrictEqual(cut.warnings, [
      { path: ".", reason: "only the first 10 files and folders in it were looked at" }
    ])
    const between = await collect({ maxEntries: 14 })
    assert.lengthOf(between.entries, 14)
    assert.lengthOf(between.warnings, 1)
    const whole = await collect({ maxEntries: 15 })
    assert.lengthOf(whole.entries, 15)
    assert.deepStrictEqual(whole.warnings, [])
    assert.deepStrictEqual((await collect({ maxEntries: 3 }, undefined, "wide")).warnings[0]?.path, "wide")
  })

  it("tells of a folder that nobody may read, and goes on", async () => {
    for (const path of ["locked/secret.txt", "open/note.txt"]) write(path)
    const failing = Watched.layer({
      disk: (disk) => ({
        open: (path) =>
          path.endsWith("/locked")
            ? Effect.fail(
              systemError({ _tag: "PermissionDenied", module: "Disk", method: "open", pathOrDescriptor: path })
            )
            : disk.open(path)
      })
    })
    const seen = await use((folder) => Walk.collect(folder.walk(".")), undefined, failing)
    assert.deepStrictEqual(pathsOf(seen), ["locked", "open", "open/note.txt"])
    assert.deepStrictEqual(seen.warnings, [{ path: "locked", reason: "no permission to read it" }])
  })

  it("tells of a name that is no UTF-8, which nobody could open", async () => {
    execFileSync("sh", ["-c", "printf x > \"$0/$(printf 'caf\\351.txt')\"", at(".")])
    write("caf\ufffd.md") // a name that really has that letter
    const { entries, warnings } = await collect()
    assert.deepStrictEqual(entries.map(({ path }) => path), ["caf\ufffd.md"])
    assert.deepStrictEqual(warnings, [{ path: "caf\ufffd.txt", reason: "its name is no UTF-8" }])
  })

  it("tells at most 21 of many warnings, the last one among them", () => {
    const warnings = Array.from({ length: 100 }, (_, i) => ({ _tag: "Warning", path: `${i}`, reason: "x" }) as const)
    const told = Walk.told(warnings)
    assert.lengthOf(told, 21)
    assert.deepStrictEqual(told.slice(-2), [{ path: ".", reason: "and 80 other places" }, { path: "99", reason: "x" }])
    assert.lengthOf(Walk.told(warnings.slice(0, 20)), 20)
  })

  it("leaves out what is the server's own, also by a link, and nobody finds or opens it", async () => {
    for (const path of [".errata/state/out.txt", "note.txt"]) write(path)
    symlinkSync(".errata", at("mine"))
    symlinkSync(at(".errata"), home.at("link"))
    for (const without of [[at(".errata")], [home.at("link")]]) {
      assert.deepStrictEqual(pathsOf(await collect(undefined, { without })), ["note.txt"])
      for (const path of [".errata", ".errata/state/out.txt", "mine/state/out.txt"]) {
        assert.strictEqual(await use((folder) => read(folder, path), { without }), "Missing", path)
      }
    }
    assert.include(pathsOf(await collect(undefined, { without: [at("nowhere")] })), ".errata/state/out.txt")
  })

  it("may be interrupted inside a folder, and lets others run meanwhile", async () => {
    mkdirSync(at("many"))
    for (let i = 0; i < 600; i++) writeFileSync(at(`many/${i}`), "")
    const before = Folder.openFiles(process.pid).length
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    await use((folder) =>
      Effect.gen(function*() {
        const whole = yield* Walk.collect(folder.walk(".", { measures: () => true }))
        assert.lengthOf(whole.entries, 601)
        const fiber = yield* Effect.forkChild(Walk.collect(folder.walk(".", { measures: () => true })))
        yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
      })
    )
    clearInterval(timer)
    assert.isAbove(turns, 3)
    await until("nothing is open", () => Folder.openFiles(process.pid).length === before)
  })
})

describe("a folder", () => {
  it("cannot be made of a file, or of nothing", async () => {
    write("file")
    for (const path of ["file", "nothing"]) {
      const result = await SafeFolder.make(at(path)).pipe(Effect.result, Effect.provide(real), Effect.runPromise)
      assert.strictEqual(result._tag, "Failure", path)
    }
  })

  it("reads a part of a file, and no more than what was there", async () => {
    write("file", "0123456789")
    const part = (from?: number, length?: number) =>
      use((folder) =>
        folder.open("file").pipe(
          Effect.flatMap((file) => Stream.mkString(Stream.decodeText(file.chunks(from, length)))),
          Effect.scoped
        )
      )
    assert.strictEqual(await part(), "0123456789")
    assert.strictEqual(await part(3), "3456789")
    assert.strictEqual(await part(3, 2), "34")
    assert.strictEqual(await part(8, 100), "89")
    assert.strictEqual(await part(10), "")
    assert.strictEqual(await part(1_000), "")
  })

  it("closes a file that it opened again", async () => {
    write("file")
    const before = Folder.openFiles(process.pid).length
    await use((folder) => Effect.forEach(Array.from({ length: 50 }), () => read(folder, "file")))
    assert.strictEqual(Folder.openFiles(process.pid).length, before)
  })
})

/** A disk that does not say where what is open lies, as on systems without `/proc`. */
const silent = Watched.layer({
  disk: (disk) => ({
    open: (path) => Effect.map(disk.open(path), (opened) => ({ ...opened, whereabouts: Effect.succeed(undefined) }))
  })
})

describe.runIf(existsSync("/proc/self/fd"))("a path that is swapped without a pause", () => {
  it.each([
    ["where the system says where it lies", real, 600],
    ["where it does not", silent, 300]
  ])("never leads out and never waits, %s", async (_, layer, rounds) => {
    mkdirSync(home.at("outside"))
    write("swapped/note.txt", "inside\n")
    writeFileSync(home.at("outside/note.txt"), "outside\n")
    execFileSync("sh", ["-c", "mkfifo \"$0\"", home.at("root/pipe")])
    const script = fileURLToPath(new URL("./fixtures/swapper.ts", import.meta.url))
    const swapper = spawn(
      process.execPath,
      [script, at("swapped/note.txt"), home.at("outside/note.txt"), at("pipe")],
      { stdio: ["pipe", "pipe", "inherit"] }
    )
    const gone = once(swapper, "exit")
    await once(swapper.stdout, "data")
    const seen = new Map<string, number>()
    try {
      await use(
        (folder) =>
          Effect.forEach(Array.from({ length: rounds }), (_, i) =>
            Effect.gen(function*() {
              const text = yield* read(folder, "swapped/note.txt")
              seen.set(text, (seen.get(text) ?? 0) + 1)
              if (i % 10 > 0) return
              const { entries } = yield* Walk.collect(folder.walk(".", { measures: () => true }))
              for (const { path, size } of entries) {
                assert.match(path, /^swapped(\.away)?(\/note\.txt(\.next)?)?$/)
                assert.notStrictEqual(size, "outside\n".length)
              }
            }), { concurrency: 4 }),
        undefined,
        layer
      )
    } finally {
      swapper.stdin.end()
      await gone
    }
    const known = ["inside\n", "Missing", "PermissionDenied", "NotAFile", "FileChanged", ""]
    assert.deepStrictEqual([...seen.keys()].filter((text) => !known.includes(text)), [])
    assert.isAbove(seen.get("inside\n") ?? 0, 0)
    assert.isAbove(seen.get("PermissionDenied") ?? 0, 0)
  })
})
