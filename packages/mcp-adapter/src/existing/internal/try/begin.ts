import type * as Comparison from "../../Comparison.ts"
import * as Adoption from "../adopt/adoption.ts"
import type { Reach } from "../adopt/reach.ts"
import { warnOf } from "../adopt/warning.ts"
import { attempt } from "../attempt.ts"
import { collect } from "../comparison/collect.ts"
import { originOf } from "../own.ts"
import { deliver } from "./delivery.ts"
import { weaveModules } from "./modules.ts"
import { type Files, speaker } from "./output.ts"
import { isHelper, listen, type NodeProcess } from "./process.ts"
import { hookOf } from "./servers.ts"
import { settings } from "./settings.ts"
import { hook } from "./weave.ts"

/** Tries the toolkit on every server that this process will have. Throws where it cannot. */
export const begin = (process: NodeProcess): void => {
  const { mistake, mode, path } = settings(process.pid)
  if (mode === "off") return
  const files = process.getBuiltinModule?.("node:fs") as Files | undefined
  const module = process.getBuiltinModule?.("node:module") as Parameters<typeof weaveModules>[0] | undefined
  if (files === undefined || module === undefined) throw new Error("It needs Node 20.16, 22.3 or later.")
  const say = speaker(files)
  if (mistake !== undefined) say(mistake)
  const trial = mode === "apply" ? applied(say) : shadowed(process, path, files, say)
  Object.defineProperty(globalThis, hook, { value: trial.hook, configurable: true })
  if (!weaveModules(module, trial.onWoven)) throw new Error("It needs Node 20.6 or later.")
}

interface Trial {
  readonly hook: object
  readonly onWoven: (file: string) => void
}

const broken = (failure: unknown): string =>
  `a server could not be looked at and was left as it is (${attempt(() => (failure as Error).name) ?? "unknown"}).`

/** Adopts in earnest. */
const applied = (say: (sentence: string) => void): Trial => {
  const adoption = Adoption.make({}, originOf(undefined))
  return {
    hook: hookOf(adoption, (reach) => warnOf(reach, adoption.redactor), (failure) => say(broken(failure))),
    onWoven: () => undefined
  }
}

/** Adopts in shadow mode, and hands the comparison over when the process ends, or is asked. */
const shadowed = (
  process: NodeProcess,
  path: string | undefined,
  files: Files,
  say: (sentence: string) => void
): Trial => {
  let servers = 0
  const comparison = collect(() => delivery.changed())
  const delivery = deliver(() => comparison, { path, files, onFailure: say })
  listen(process, {
    ends: () => servers > 0 ? delivery.finish() : isHelper(process) ? undefined : say(none),
    isAsked: () => servers > 0 ? delivery.write() : say(none)
  })
  const onAdopted = (reach: Reach) => {
    servers++
    tellOf(reach, comparison)
    if (servers === 1) delivery.changed()
  }
  return {
    hook: hookOf(
      Adoption.make({ mode: "shadow", comparison }, originOf(undefined)),
      onAdopted,
      (failure) => say(broken(failure))
    ),
    onWoven: (file) => {
      if (!/[\\/]node_modules[\\/]@modelcontextprotocol[\\/]/.test(file)) comparison.addUnseen(bundled)
    }
  }
}

const tellOf = ({ unreachable }: Reach, comparison: Comparison.Comparison): void => {
  for (const { instead, what, why } of unreachable) {
    if (instead === undefined && what !== "the server") continue
    comparison.addUnseen(`${what.slice(0, 1).toUpperCase()}${what.slice(1)}: ${why} ${instead ?? ""}`.trim())
  }
}

const bundled =
  "The SDK is bundled into a file with other code. There all frames look alike: only the marks of drivers tell whose words they are."

const none =
  "no server of an MCP SDK was seen. It sees @modelcontextprotocol/sdk and @modelcontextprotocol/server, in a bundle too unless their methods were renamed."
