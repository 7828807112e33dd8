/**
 * Makes stock errors whole: with the words, the alternatives and the next steps that a caller needs, in one expression.
 *
 * Each function returns an error of `Errors`, so that its class is what a tool declares, with guidance beside it. Errors are yieldable:
 * `return yield* Raise.notFound(...)` inside a generator, `Effect.fail(Raise.notFound(...))` elsewhere.
 *
 * | function | error | says of itself |
 * |---|---|---|
 * | {@link notFound} | `NotFound` | which names are similar, or which there are |
 * | {@link alreadyExists} | `AlreadyExists` | to choose another name, or to change what exists |
 * | {@link permissionDenied} | `PermissionDenied` | which permission, or which scopes, to ask for |
 * | {@link unauthenticated} | `Unauthenticated` | to sign in |
 * | {@link conflict} | `Conflict` | to read it again first |
 * | {@link invalidState} | `InvalidState` | which state it must be in |
 * | {@link tooLarge} | `TooLarge` | size, limit, and how to ask for a part |
 * | {@link unsupported} | `Unsupported` | what is supported, and what is nearest |
 * | {@link handleExpired} | `HandleExpired` | the call that makes a new handle |
 *
 * **Details**
 *
 * `suggestion`, `steps` and `cause` can be given to each; what is given wins. Names from `among` are only told if the caller may
 * see them: `maySee` decides.
 *
 * **Example** (Raising an error that says what was meant)
 *
 * ```ts import.meta.vitest
 * import * as Raise from "@errata/core/Raise"
 * import * as ToolError from "@errata/core/ToolError"
 * import * as Effect from "effect/Effect"
 *
 * const projects = ["website", "webshop", "payroll"]
 * const find = Effect.fnUntraced(function*(name: string) {
 *   if (!projects.includes(name)) return yield* Raise.notFound("Project", name, { among: projects })
 *   return name
 * })
 *
 * const error = Effect.runSync(Effect.flip(find("webste")))
 * error.message // => "Project webste not found"
 * ToolError.guidance(error).similarMatches // => ["website"]
 * ```
 *
 * @since 0.1.0
 */
export { permissionDenied, unauthenticated } from "./raise/access.ts"
export type { Details } from "./raise/details.ts"
export { tooLarge, unsupported } from "./raise/limits.ts"
export { alreadyExists, notFound } from "./raise/names.ts"
export { conflict, handleExpired, invalidState } from "./raise/state.ts"
