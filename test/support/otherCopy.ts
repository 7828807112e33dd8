import { vi } from "vitest"

/** Loads modules of ours anew: another copy of each, with classes of its own. */
export const otherCopy = async <A>(load: () => Promise<A>): Promise<A> => {
  vi.resetModules()
  return load()
}
