/** Makes one at once, so that what is wrong is said at the start, and hands it to whoever asks first. */
export const madeAhead = <A>(make: () => A): () => A => {
  let ahead: A | undefined = make()
  return () => {
    const made = ahead ?? make()
    ahead = undefined
    return made
  }
}
