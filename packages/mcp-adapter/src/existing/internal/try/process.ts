import { attempt } from "../attempt.ts"

/** Describes what of Node's process is used; the adapter knows no types of Node. */
export interface NodeProcess {
  readonly pid: number
  readonly argv: ReadonlyArray<string>
  readonly send?: unknown
  readonly getBuiltinModule?: (name: string) => unknown
  readonly on: (event: string, listener: () => void) => unknown
  readonly prependListener: (event: string, listener: () => void) => unknown
  readonly off: (event: string, listener: () => void) => unknown
  readonly listenerCount: (event: string) => number
  readonly kill: (pid: number, signal: string) => unknown
}

/** Describes the listener that is called when the process ends, by whatever signal, and at SIGUSR2. */
export interface Listener {
  readonly ends: () => void
  readonly isAsked: () => void
}

/** Listens to the end of the process. A signal does what it did without us. */
export const listen = (process: NodeProcess, { ends, isAsked }: Listener): void => {
  process.on("exit", () => attempt(ends))
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    const listener = () => {
      // others may count who listens, to know whether the process is to end
      process.off(signal, listener)
      attempt(ends)
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
    }
    attempt(() => process.prependListener(signal, listener))
  }
  attempt(() => process.on("SIGUSR2", () => attempt(isAsked)))
}

/** Tests whether a process is one that only starts the server, or was started by it. */
export const isHelper = ({ argv, send }: NodeProcess): boolean =>
  send !== undefined || /[\\/](?:npm|npx|pnpm|pnpx|yarn|corepack)(?:-cli)?(?:\.c?js)?$/.test(argv[1] ?? "")
