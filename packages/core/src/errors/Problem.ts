/**
 * Describes what leaves the server about an error: the machine-readable half of the wire contract.
 *
 * A `Problem` is safe by construction: {@link describe} takes only what the error's class made public, masks what looks
 * like a secret, and cuts what is too long. The {@link Problem} schema reads it back on the other side.
 *
 * **Example** (Describing an error)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Problem from "@errata/core/Problem"
 * import type * as ReferenceId from "@errata/core/ReferenceId"
 *
 * const { advice, problem } = Problem.describe(new Errors.NotFound({ resource: "Document", id: "DOC-1" }), {
 *   safety: "read",
 *   started: true,
 *   referenceId: "5f3c9a1e" as ReferenceId.ReferenceId
 * })
 * problem.type // => "not_found"
 * problem.details // => { resource: "Document", id: "DOC-1" }
 * advice // => "Do not retry with the same arguments."
 * ```
 *
 * @since 0.1.0
 */
export { describe } from "./problem/describe.ts"
export type { Circumstances, Described } from "./problem/describe.ts"
export type { RecoveryStep } from "./problem/model.ts"
export { Problem } from "./problem/schema.ts"
export type { StepRules } from "./problem/steps.ts"
