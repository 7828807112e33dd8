import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import type { Json } from "../../redaction/Redaction.ts"
import type * as ErrorType from "../ErrorType.ts"
import { attempt } from "../internal/attempt.ts"
import type { Issue } from "../Issue.ts"
import { type AnyClass, type Definition, DefinitionId, type Family, type ToolError, TypeId } from "./model.ts"

export const definitionOf = (error: ToolError): Definition =>
  (error as unknown as { readonly [DefinitionId]: Definition })[DefinitionId]

/**
 * Returns whether a value is a tool error. Never throws, even on hostile proxies.
 *
 * @category guards
 * @since 0.1.0
 */
export const is = (u: unknown): u is ToolError => {
  try {
    return typeof u === "object" && u !== null && TypeId in u && DefinitionId in u
  } catch {
    return false
  }
}

/**
 * Returns the family of an error.
 *
 * @category accessors
 * @since 0.1.0
 */
export const family = (error: ToolError): Family => error[TypeId]

/** Returns whether a value is an error of that family. Never throws. */
export const isOf = (u: unknown, wanted: Family): boolean => attempt(() => is(u) && u[TypeId] === wanted) === true

/**
 * Returns whether an error is of the transient family.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTransient = (u: unknown): u is ToolError<"transient"> => isOf(u, "transient")

/**
 * Returns whether an error is of the permanent family.
 *
 * @category guards
 * @since 0.1.0
 */
export const isPermanent = (u: unknown): u is ToolError<"permanent"> => isOf(u, "permanent")

/**
 * Returns whether an error is of the validation family.
 *
 * @category guards
 * @since 0.1.0
 */
export const isValidation = (u: unknown): u is ToolError<"validation"> => isOf(u, "validation")

/**
 * Returns the type of an error: what happened.
 *
 * @category accessors
 * @since 0.1.0
 */
export const type = (error: ToolError): ErrorType.ErrorType => definitionOf(error).type

/** Tests whether the errors of a class are answered as successes that say so. */
export const answersSuccess = (Class: AnyClass): boolean =>
  attempt(() => definitionOf(Class.prototype as ToolError).spec.answers) === "success"

/** Tests whether an error is answered as a success that says so. What cannot be read is not. */
export const isAnsweredAsSuccess = (error: ToolError): boolean =>
  attempt(() => definitionOf(error).spec.answers) === "success"

/** Returns the steps that a class of errors has of its own. */
export const stepsOf = (Class: AnyClass): Definition["spec"]["steps"] =>
  attempt(() => definitionOf(Class.prototype as ToolError).spec.steps)

/**
 * Returns who can make the call succeed, where the class of an error says so.
 *
 * @category accessors
 * @since 0.1.0
 */
export const resolvedBy = (error: ToolError): ErrorType.ResolvedBy | undefined => definitionOf(error).spec.resolvedBy

/**
 * Returns the public fields of an error, encoded; `undefined` if there are none. Sensitive fields and those whose value does not
 * fit its schema are left out, and so is the field named `except`. Secrets inside the text of a field are still there:
 * masking is the fold's work.
 *
 * @category accessors
 * @since 0.1.0
 */
export const details = (error: ToolError, except?: string): { readonly [name: string]: Json } | undefined =>
  definitionOf(error).plan().encode(error, except).details

/**
 * Returns the names of the fields whose value does not fit its schema.
 *
 * @category accessors
 * @since 0.1.0
 */
export const invalidFields = (error: ToolError): ReadonlyArray<string> =>
  definitionOf(error).plan().encode(error).invalid

/**
 * Returns the issues that an error reports. Never throws.
 *
 * @category accessors
 * @since 0.1.0
 */
export const issues = (error: ToolError): ReadonlyArray<Issue> => {
  const definition = definitionOf(error)
  return attempt(() => definition.spec.issues?.(definition.plan().publicView(error))) ?? none
}

const none: ReadonlyArray<never> = []

/**
 * Decodes an error of one of some classes from its tag and details, as they go over the wire; `undefined` if no class has
 * that tag or the details do not fit.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromDetails = <const Classes extends ReadonlyArray<AnyClass>>(
  classes: Classes,
  tag: string,
  details: { readonly [name: string]: unknown } | undefined
): InstanceType<Classes[number]> | undefined => {
  for (const Class of classes) {
    if (Class.identifier !== tag) continue
    const decoded = attempt(() =>
      SchemaParser.decodeUnknownResult(Schema.toCodecJson(Class))({ ...details, _tag: tag })
    )
    if (decoded?._tag === "Success") return decoded.success
  }
  return undefined
}
