import type { Entry, ToolErrors } from "./model.ts"

/**
 * Holds what a listing says of an error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Compact extends Pick<Entry, "error" | "type" | "category" | "when" | "resolved_by"> {}

/**
 * Returns what a listing says of the errors that a tool declares: what helps to choose and to handle, and no more, since hosts may show
 * a listing to their model with every request.
 *
 * @category writing
 * @since 0.1.0
 */
export const compact = ({ errors }: ToolErrors): ReadonlyArray<Compact> =>
  errors.filter(({ origin }) => origin === "declared").map(({ category, error, resolved_by, type, when }) => ({
    error,
    type,
    category,
    ...when === undefined ? {} : { when },
    ...resolved_by === undefined ? {} : { resolved_by }
  }))
