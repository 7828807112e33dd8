import type { Border } from "./border.ts"

/** Describes where code that was not handed the border of a call finds it: an `AsyncLocalStorage`, if the runtime has one. */
interface Storage {
  readonly getStore: () => Border | undefined
  readonly run: <A>(border: Border, f: () => A) => A
}

const StorageKey: unique symbol = Symbol.for("errata/calls") as never

/** Describes what a runtime may have, whichever it is. */
interface Globals {
  [StorageKey]?: Storage
  readonly AsyncLocalStorage?: new() => Storage
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown }
}

const globals = globalThis as Globals

/**
 * Makes the storage that all copies of this package share. Until one is needed there is none, and it costs calls nothing.
 * Nothing is imported: where the runtime has no such storage, calls are passed by hand.
 */
export const prepare = (): void => {
  if (globals[StorageKey] !== undefined) return
  try {
    const hooks = globals.process?.getBuiltinModule?.("node:async_hooks") as Globals | undefined
    const Class = hooks?.AsyncLocalStorage ?? globals.AsyncLocalStorage
    if (Class !== undefined) globals[StorageKey] = new Class()
  } catch {
    // a runtime that has the name and not the thing
  }
}

/** Returns the border that the running code is behind. */
export const current = (): Border | undefined => globals[StorageKey]?.getStore()

/** Runs code behind a border. */
export const within = <A>(border: Border, f: () => A): A => {
  const storage = globals[StorageKey]
  return storage === undefined ? f() : storage.run(border, f)
}
