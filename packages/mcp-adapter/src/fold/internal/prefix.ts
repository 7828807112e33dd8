/** Holds the default prefix of the keys in `_meta`. */
export const defaultPrefix = "errata/"
