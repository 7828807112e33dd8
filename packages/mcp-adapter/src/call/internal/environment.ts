/**
 * Reads the process's environment as `effect/Config` does by default. That module reads files and schemas of configuration too,
 * which one variable does not need.
 */

interface Globals {
  readonly process?: { readonly env?: { readonly [name: string]: string | undefined } }
}

/** Reads a variable. An empty one counts as missing. */
export const variable = (name: string): string | undefined => {
  const value = (globalThis as Globals).process?.env?.[name]
  return value === "" ? undefined : value
}

const meansYes: ReadonlySet<string> = new Set(["true", "yes", "on", "1", "y"])

/** Tells whether a variable says yes. What is neither yes nor no counts as no. */
export const isOn = (name: string): boolean => meansYes.has(variable(name) ?? "")
