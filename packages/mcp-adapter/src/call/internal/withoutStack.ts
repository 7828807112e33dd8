/**
 * Returns an error that says the same and has no stack; `undefined` for what is none, or holds other errors, which only its stack
 * and theirs tell apart.
 */
export const withoutStack = (error: unknown): Error | undefined => {
  try {
    if (!(error instanceof Error) || error.cause !== undefined || "errors" in error) return undefined
    const { message, name } = error
    const said = { name: String(name), message: String(message) }
    const bare = Object.create(Error.prototype) as Error
    return Object.assign(bare, said, { stack: `${said.name}: ${said.message}` })
  } catch {
    return undefined // it cannot be read
  }
}
