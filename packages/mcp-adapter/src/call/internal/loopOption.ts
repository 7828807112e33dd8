import * as LoopGuard from "@errata/core/LoopGuard"

/** Types what may stand under `loops`. */
export type Loops = boolean | LoopGuard.Options | LoopGuard.LoopGuard

/** Returns the guard that an option asks for; `whenAbsent` says what holds where it says nothing. */
export const guardOf = (loops: Loops | undefined, whenAbsent: boolean): LoopGuard.LoopGuard | undefined => {
  const asked = loops ?? whenAbsent
  if (asked === false) return undefined
  return asked === true ? LoopGuard.make() : LoopGuard.is(asked) ? asked : LoopGuard.make(asked)
}

/** Gives the tools that stand on one server one guard, unless the options say no. */
export const withGuard = <O extends { readonly loops?: Loops | undefined }>(options: O): O => ({
  ...options,
  loops: guardOf(options.loops, true) ?? false
})
