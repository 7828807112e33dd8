/** Describes a promise that somebody else resolves. */
export interface Deferred<A> {
  readonly promise: Promise<A>
  readonly resolve: (value: A) => void
}

/** Makes one. `Promise.withResolvers` needs Node 22. */
export const deferred = <A>(): Deferred<A> => {
  let resolve!: (value: A) => void
  const promise = new Promise<A>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
