import type { Console } from "effect/Console"

interface NodeProcess {
  readonly stderr?: { readonly write?: (text: string) => unknown } | undefined
}

const { process } = globalThis as unknown as { readonly process?: NodeProcess }

/** Bound when this module loads: a server that sends its console to clients must not send them its log. */
const stderr = process?.stderr
const write = stderr?.write?.bind(stderr)

/** Writes a line where only an operator reads. Without a process, as in a browser, that is the console. */
export const writeLine = (line: string): void => {
  if (write === undefined) {
    // oxlint-disable-next-line no-console -- there is nothing else
    return console.error(line)
  }
  write(`${line}\n`)
}

type MakeConsole = new(options: {
  readonly stdout: { readonly write: (text: string) => unknown }
  readonly ignoreErrors: boolean
  readonly colorMode: boolean
}) => Console

let made: Console | undefined

/** Makes a console that writes to stderr alone. Without a process it is the console that there is. */
export const stderrConsole = (): Console => {
  if (write === undefined) return globalThis.console
  return made ??= makeConsole(write)
}

const makeConsole = (write: (text: string) => unknown): Console => {
  const { console } = globalThis
  const { Console: Make } = console as unknown as { readonly Console?: MakeConsole }
  if (Make !== undefined) return new Make({ stdout: { write }, ignoreErrors: false, colorMode: false })
  // the application replaced the console: of theirs, only what is for errors is known not to be stdout
  const toErrors = (...args: ReadonlyArray<unknown>) => console.error(...args)
  const names = [
    "log",
    "info",
    "debug",
    "dir",
    "dirxml",
    "table",
    "group",
    "groupCollapsed",
    "count",
    "timeLog",
    "timeEnd"
  ]
  return Object.assign(
    Object.create(console) as Console,
    Object.fromEntries(names.map((name) => [name, toErrors])),
    { groupEnd: () => undefined }
  )
}
