/** Calls a function of the user's; returns `undefined` if it throws, at once or later. */
export const attempt = <A>(f: () => A): A | undefined => {
  try {
    const said = f()
    if (said instanceof Promise) said.catch(() => undefined)
    return said
  } catch {
    return undefined
  }
}
