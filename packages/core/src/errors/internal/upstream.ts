import { makeMark, type Mark } from "./mark.ts"

const upstream: Mark<true> = /*#__PURE__*/ makeMark("upstream")

/** Marks an error as made of what a service answered: its credentials may be the server's own. Returns it. */
export const fromUpstream = <E extends object>(error: E): E => {
  upstream.put(error, true)
  return error
}

/** Tests for an error that was made of what a service answered. */
export const isFromUpstream = (error: unknown): boolean => upstream.of(error) === true
