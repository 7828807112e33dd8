/**
 * Provides temporary folders that never outlive their work.
 *
 * A workspace is gone when its scope closes, for whatever reason. A process that is killed cannot clean up: its folders
 * carry its process id, and the next server that starts sweeps those whose process is gone.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as NodePath from "node:path"
import { Settings } from "./settings.ts"

/** Temporary folders. */
export class Workspaces extends Context.Service<Workspaces, {
  /** The folder that all of them lie in. */
  readonly home: string
  /** A folder that is gone when the scope closes. */
  readonly make: Effect.Effect<string, PlatformError, Scope.Scope>
}>()("@errata/examples/documents/Workspaces") {}

/** Provides workspaces below the data folder, after sweeping what killed processes left there. */
export const layer: Layer.Layer<Workspaces, PlatformError, Settings | FileSystem.FileSystem> = Layer.effect(
  Workspaces,
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const folder = NodePath.join((yield* Settings).data, "workspaces")
    yield* fs.makeDirectory(folder, { recursive: true })
    const home = yield* fs.realPath(folder)
    const left = (yield* fs.readDirectory(home)).filter((name) => !isAlive(Number.parseInt(name, 10)))
    yield* Effect.forEach(left, (name) => fs.remove(NodePath.join(home, name), { recursive: true, force: true }))
    if (left.length > 0) yield* Effect.logWarning("swept workspaces of killed processes", { count: left.length })
    return Workspaces.of({ home, make: fs.makeTempDirectoryScoped({ directory: home, prefix: `${process.pid}-` }) })
  })
)

/** Signal 0 asks whether a process is there without disturbing it. */
const isAlive = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { readonly code?: unknown }).code === "EPERM"
  }
}
