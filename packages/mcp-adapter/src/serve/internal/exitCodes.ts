/** Lists what a served process ends with. The names in comments are those of `sysexits.h`. */
export const exitCodes = {
  /** The client went away, or the process was asked to end. */
  ended: 0,
  /** `EX_SOFTWARE`: so much went wrong outside all calls that the state of the process is unknown. */
  broken: 70,
  /** `EX_TEMPFAIL`: the event loop was blocked and stayed so. */
  blocked: 75,
  /** `EX_CONFIG`: the configuration, or a resource that the server needs, is wrong or missing. */
  cannotStart: 78
} as const
