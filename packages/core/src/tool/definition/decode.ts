import type { Problem } from "../../errors/Problem.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { Any, ErrorOf } from "./model.ts"

/**
 * Decodes the typed error that a tool declared from the problem that came over the wire; `undefined` if the tool declares
 * no such error or the details do not fit.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeError = <T extends Any>(tool: T, problem: Problem): ErrorOf<T> | undefined =>
  ToolError.fromDetails(
    tool.errors,
    problem.error,
    problem.issues === undefined ? problem.details : { issues: problem.issues, ...problem.details }
  ) as ErrorOf<T> | undefined
