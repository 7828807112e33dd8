/** The name under which a changed module finds us. It has no quotes around it, so that it harms no text that it may stand in. */
export const hook = "__errata_try__"

/**
 * Puts two calls into the source of an SDK, wherever it lies, in a bundle too: one where a server connects, one where an
 * `McpServer` makes the server below it. `undefined` if neither place is there. Lines stay where they are.
 *
 * It stands by itself, so that its text can be given to another thread.
 */
export const weave = (source: string, hook: string): string | undefined => {
  if (!source.includes("_requestHandlers") && !source.includes("_registeredTools")) return undefined
  const connect = /\basync connect\(\s*([\w$]+)\s*\)\s*\{/g
  const woven = source.replace(connect, (found: string, transport: string, at: number) => {
    const body = source.slice(at + found.length, at + found.length + 700)
    const name = transport.replaceAll("$", "\\$")
    const connects = new RegExp(
      `this\\._transport\\s*=\\s*${name}(?![\\w$])|this\\.server\\.connect\\(\\s*${name}\\s*\\)`
    )
    return connects.test(body) ? `${found}globalThis.${hook}?.connects(this);` : found
  })
  const makes = /\bthis\.server\s*=\s*(new\s+[\w$.]+\(\s*[\w$]+\s*,\s*[\w$]+\s*\))(?!\s*[.[(])/g
  const whole = woven.replace(makes, `this.server=(globalThis.${hook}?.makes(this,$1)??$1)`)
  return whole === source ? undefined : whole
}
