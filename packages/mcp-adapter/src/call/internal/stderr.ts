interface NodeProcess {
  readonly stderr?: { readonly write?: (text: string) => unknown } | undefined
}

const { process } = globalThis as unknown as { readonly process?: NodeProcess }

/** Bound when this module loads: a server that sends its console to clients must not send them its log. */
const stderr = process?.stderr
const write = stderr?.write?.bind(stderr)

/** Writes a line where nobody but an operator reads. Without a process, as in a browser, that is the console. */
export const writeLine = (line: string): void => {
  if (write === undefined) {
    // oxlint-disable-next-line no-console -- there is nothing else
    return console.error(line)
  }
  write(`${line}\n`)
}
