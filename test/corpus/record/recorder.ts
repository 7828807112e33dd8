import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Recorded } from "../frozen.ts"
import { freeze } from "./freeze.ts"

// oxlint-disable-next-line typescript/no-explicit-any -- clients are installed when the recording is made, not before
export type Client = any

/** What a script that provokes failures is given. */
export interface Recorder {
  /** Loads an installed package. */
  readonly load: (name: string) => Promise<Client>
  /** Records what a call fails with. A call that succeeds is a mistake of the script. */
  readonly fails: (id: string, call: () => unknown) => Promise<void>
  /** Records a failure that was made as its library makes it. */
  readonly made: (id: string, failure: unknown) => void
}

export const makeRecorder = (folder: string, clean: (text: string) => string) => {
  const recorded: Array<Recorded> = []
  const problems: Array<string> = []
  const { resolve } = createRequire(join(folder, "package.json"))
  const made = (id: string, failure: unknown): void => {
    recorded.push({ id, at: Date.now(), failure: freeze(failure, clean) })
  }
  const recorder: Recorder = {
    load: async (name) => {
      const module = await import(pathToFileURL(resolve(name)).href) as Record<string, unknown>
      const exported = module["default"]
      return typeof exported === "object" && exported !== null && Object.keys(module).length <= 2 ? exported : module
    },
    made,
    fails: async (id, call) => {
      const said = await Promise.race([
        Promise.resolve().then(call).then(() => undefined, (failure: unknown) => ({ failure })),
        new Promise<"hangs">((resolve) => setTimeout(() => resolve("hangs"), 15_000).unref())
      ])
      if (said === undefined || said === "hangs") problems.push(`${id}: ${said ?? "did not fail"}`)
      else made(id, said.failure)
    }
  }
  return { recorder, recorded, problems }
}
