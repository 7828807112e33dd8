import * as Predicate from "effect/Predicate"

/** Models the common Results by their shape. */
export type ResultLike =
  | {
    readonly _tag: "Success"
    /** The value. */
    readonly success: unknown
  }
  | {
    readonly _tag: "Failure"
    /** The error. */
    readonly failure: unknown
  }
  | {
    /** Returns true if the Result succeeded. */
    readonly isOk: () => boolean
    /** Returns true if the Result failed. */
    readonly isErr: () => boolean
  }
  | {
    /** Says which of the two the Result is. */
    readonly ok: true
    /** The value. */
    readonly value?: unknown
  }
  | {
    /** Says which of the two the Result is. */
    readonly ok: false
    /** The error. */
    readonly error: unknown
  }
  | {
    /** Says which of the two the Result is. */
    readonly success: true
    /** The value. */
    readonly data?: unknown
  }
  | {
    /** Says which of the two the Result is. */
    readonly success: false
    /** The error. */
    readonly error: unknown
  }

/** Returns the error of a Result that failed. Throws if it is none: what cannot be read did not succeed. */
export const failureOf = (result: ResultLike): {
  /** The error. */
  readonly error: unknown
} | undefined => {
  if ("isErr" in result && typeof result.isErr === "function") {
    return result.isErr() ? { error: (result as unknown as { readonly error: unknown }).error } : undefined
  }
  if ("_tag" in result && result._tag === "Failure" && "failure" in result) return { error: result.failure }
  if ("_tag" in result && result._tag === "Success" && "success" in result) return undefined
  if ("ok" in result && typeof result.ok === "boolean") return result.ok ? undefined : { error: result.error }
  if ("success" in result && typeof result.success === "boolean") {
    return result.success ? undefined : { error: (result as { readonly error?: unknown }).error }
  }
  throw new TypeError("The handler returned no Result")
}

/** Returns the value of a Result that succeeded. */
export const valueOf = (result: ResultLike): unknown => {
  if ("_tag" in result && result._tag === "Success" && "success" in result) return result.success
  if ("value" in result) return result.value
  if ("data" in result) return result.data
  return undefined
}

/** Tests whether something is a record, whatever it holds. */
export const isRecord = (u: unknown): u is { readonly [key: string]: unknown } =>
  Predicate.isObject(u) && !Array.isArray(u)
