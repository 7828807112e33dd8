/**
 * Lists every error that tools may answer with, from their declarations, for readers, programs and tests.
 *
 * A `Catalogue` is data: for each tool and error its type and family, `when` it happens, a template of its message, the advice as the
 * tool's safety gives it, who can help, the next steps and the JSON Schema of its details. {@link toMarkdown} writes it for people,
 * {@link compact} for the listing of a server (`catalogue: true` among the options of hosts), and {@link compare} holds it against
 * what tools really answered with.
 *
 * **Details**
 *
 * | error of the adapter's own | of which tools |
 * |---|---|
 * | `InvalidArguments`, `TooLarge`, `Timeout`, `InternalError` | all |
 * | `IdempotencyConflict`, `InProgress`, `OutcomeUnknown`, `Unavailable`, `ProcessingError` | those that take keys |
 * | `BatchFailed` | those whose output is the report of a batch |
 *
 * **Example** (Listing the errors of a tool)
 *
 * ```ts import.meta.vitest
 * import * as Catalogue from "@errata/core/Catalogue"
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as Schema from "effect/Schema"
 *
 * const getUser = Tool.make("get_user", {
 *   description: "Returns a user.",
 *   input: { user_id: Schema.String },
 *   errors: [Errors.NotFound],
 *   safety: "read"
 * })
 * const [notFound] = Catalogue.of([getUser]).tools[0]!.errors
 * notFound?.when // => "A lookup by id, name or path finds nothing"
 * notFound?.message // => "<resource> <id> not found"
 * notFound?.advice // => "Do not retry with the same arguments."
 * ```
 *
 * @since 0.1.0
 */
export { compact } from "./catalogue/compact.ts"
export type { Compact } from "./catalogue/compact.ts"
export { compare } from "./catalogue/compare.ts"
export type { Difference, Observed } from "./catalogue/compare.ts"
export { of } from "./catalogue/make.ts"
export type { Options, Tools } from "./catalogue/make.ts"
export { toMarkdown } from "./catalogue/markdown.ts"
export type { Catalogue, Entry, ToolErrors } from "./catalogue/model.ts"
