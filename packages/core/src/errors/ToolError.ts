/**
 * Models the errors of tools as values of three families: transient, permanent, validation.
 *
 * A `ToolError` is a schema-backed, yieldable error whose class says what may be known about it: its family (what the
 * caller should do), its {@link ErrorType} (what happened), its fields (the public `details`), a safe message and a
 * suggestion. Classes are made by {@link Transient}, {@link Permanent} and {@link Validation}; the stock ones are in
 * `Errors`.
 *
 * **Details**
 *
 * - Fields are declared in the wire's snake_case. `cause`, `message`, `name` and `stack` are reserved. A `cause` may be
 *   given to the constructor: it is for the log and never encoded.
 * - `message`, `suggestion` and `retryAfter` see the fields without the sensitive ones.
 * - The constructor never throws and does not validate: TypeScript did. A value that does not fit its schema after all is
 *   left out of the details and named by {@link invalidFields}, so that the typed error survives.
 * - A field that a caller sends back (`id`, `document_id`, `cursor`, `path`, ...) goes out byte for byte, or is left out where it
 *   looks like a secret. Declare it optional if its values may.
 * - No stack is captured, since it is most of an error's cost, unless the class says `stack: true` or the fiber runs
 *   with {@link CaptureStacks}. Defects keep theirs.
 *
 * **Example** (Declaring an error and catching it by its family)
 *
 * ```ts import.meta.vitest
 * import * as ToolError from "@errata/core/ToolError"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * class Busy extends ToolError.Transient<Busy>()("Busy", {
 *   queue: Schema.String,
 *   waiting: Schema.Finite
 * }, {
 *   type: "overloaded",
 *   message: (e) => `Queue ${e.queue} has ${e.waiting} jobs waiting`,
 *   retryAfter: (e) => `${e.waiting} seconds`
 * }) {}
 *
 * const program = Effect.fail(new Busy({ queue: "print", waiting: 3 })).pipe(
 *   ToolError.catchTransient((e) => Effect.succeed(e.message))
 * )
 * Effect.runSync(program) // => "Queue print has 3 jobs waiting"
 * ```
 *
 * @since 0.1.0
 */
export { catchPermanent, catchTransient, catchValidation } from "./toolError/catch.ts"
export { guidance, retryAfter, withGuidance } from "./toolError/guidance.ts"
export type { Guidance } from "./toolError/guidance.ts"
export { CaptureStacks, Permanent, Transient, Validation } from "./toolError/make.ts"
export { TypeId } from "./toolError/model.ts"
export type { Any, AnyClass, ErrorClass, Family, Spec, ToolError } from "./toolError/model.ts"
export {
  details,
  family,
  fromDetails,
  invalidFields,
  is,
  isPermanent,
  issues,
  isTransient,
  isValidation,
  type
} from "./toolError/read.ts"
