/** Whether two types are one, neither of them `any`. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false

/** Compiles only if the types are the same, or are not, as claimed. */
export declare const sameType: <A, B>(isSame: Same<A, B>) => void
