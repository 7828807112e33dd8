import type { ErrorType } from "../ErrorType.ts"
import { DefinitionId, type ToolError } from "./model.ts"
import { definitionOf } from "./read.ts"

/** Gives one error a type that its class does not know, as that of an error that another server told. Returns the same error. */
export const retype = <E extends ToolError>(error: E, type: ErrorType): E =>
  Object.defineProperty(error, DefinitionId, { value: { ...definitionOf(error), type } })
