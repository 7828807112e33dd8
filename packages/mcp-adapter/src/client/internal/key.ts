import type * as Tool from "@errata/core/Tool"
import type * as Random from "effect/Random"
import { defaultPrefix } from "../../fold/Meta.ts"
import type { CallOptions, DecodeOptions } from "./model.ts"

/** Describes a call with its key: in the input where the tool has a field for it, else in `_meta`. */
export interface KeyedCall {
  readonly input: unknown
  readonly meta: { readonly [key: string]: unknown } | undefined
}

/** Gives the call of a keyed tool the caller's key, or a fresh one. Every attempt sends it. */
export const withKey = (
  { keyed }: Tool.Any,
  input: unknown,
  own: CallOptions | undefined,
  { metaPrefixes: [prefix = defaultPrefix] = [], random }: DecodeOptions & { readonly random: Generator }
): KeyedCall => {
  if (keyed === undefined) return { input, meta: undefined }
  const { field } = keyed
  const said = field === undefined ? undefined : (input as { readonly [field: string]: unknown })[field]
  const key = own?.idempotencyKey ?? said ?? fresh(random)
  if (field === undefined || !isPlain(input)) {
    return { input, meta: said === undefined ? { [`${prefix}idempotency-key`]: key } : undefined }
  }
  return { input: { ...input, [field]: key }, meta: undefined }
}

/** Tests for what can be given another field: only what is no instance of a class. */
const isPlain = (input: unknown): input is object => {
  const prototype: unknown = Object.getPrototypeOf(input)
  return prototype === Object.prototype || prototype === null
}

type Generator = typeof Random.Random["Service"]

/** Makes a UUID, version 4. */
const fresh = (random: Generator): string =>
  "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (place) => {
    const digit = Math.floor(random.nextDoubleUnsafe() * 16)
    return (place === "x" ? digit : digit & 3 | 8).toString(16)
  })
