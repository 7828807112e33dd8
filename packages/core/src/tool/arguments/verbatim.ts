/** Marks what must be taken as it came. */
import type * as Schema from "effect/Schema"

const annotation = "errata/verbatim"

const idempotencyKey = /^idempotency[_-]?key$/i

/** Tests whether a value must stay as it came: by its mark, or because its name says that it is an idempotency key. */
export const isVerbatim = (
  annotations: Readonly<Record<string, unknown>> | undefined,
  name: string | number | undefined
): boolean => annotations?.[annotation] === true || typeof name === "string" && idempotencyKey.test(name)

/**
 * Marks a schema: its value is never repaired. An argument called `idempotency_key` needs no mark.
 *
 * @category annotations
 * @since 0.1.0
 */
export const verbatim = <S extends Schema.Top>(schema: S): S["Rebuild"] => schema.annotate({ [annotation]: true })
