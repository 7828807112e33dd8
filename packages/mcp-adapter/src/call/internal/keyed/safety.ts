import type { CallSafety } from "@errata/core/Advice"
import type { Call } from "../model.ts"

/** Says how often a keyed call may take effect: one without a key, or whose end nobody knows yet, may not be repeated. */
export const keyedSafety = ({ job: { safety }, key, state }: Call): CallSafety =>
  safety !== "keyed" || key !== undefined && (key.isSettled || key.runsAgain || !state.isOpen) ? safety : "once"

/** Says how often the parts of a call may take effect: its key protects the whole, and nothing within. */
export const safetyWithin = ({ isKeyed, job: { safety }, key }: Call): CallSafety =>
  isKeyed && safety === "keyed" && key?.runsAgain !== true ? "once" : safety
