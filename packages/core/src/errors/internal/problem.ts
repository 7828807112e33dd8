/** The problems that the adapter makes of no error: of a batch, and of an undeclared failure. */
export { ofBatch } from "../problem/batch.ts"
export { internal as internalProblem } from "../problem/internal.ts"
export type { Problem as ProblemModel } from "../problem/model.ts"
export { saysOpen } from "../problem/schema.ts"
