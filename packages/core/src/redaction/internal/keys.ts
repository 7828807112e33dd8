/** Finding the names in an object of very many costs more than all else that is done with it: so they are found once. */

const many = 1_000

const known = new WeakMap<object, ReadonlyArray<string>>()

/** Finds the names of an object, and keeps them for {@link keysOf} where they are many. */
export const findKeys = (object: object): ReadonlyArray<string> => {
  const keys = Object.keys(object)
  if (keys.length >= many) known.set(object, keys)
  return keys
}

/** Returns the names of an object. Of a large one these may be those that it had when they were found. */
export const keysOf = (object: object): ReadonlyArray<string> => known.get(object) ?? Object.keys(object)
