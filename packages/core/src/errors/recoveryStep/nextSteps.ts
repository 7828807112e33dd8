import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { StepSchema } from "../problem/stepSchema.ts"
import type { RecoveryStep } from "./model.ts"

const annotation = "errata/nextSteps"

type Wire = typeof StepSchema.Type

const Steps = /*#__PURE__*/ Schema.declare(
  (u: unknown): u is ReadonlyArray<RecoveryStep> => Array.isArray(u),
  { identifier: "RecoverySteps" }
)

const withoutNumber = (told: Wire): RecoveryStep => {
  const { step: _, ...rest } = told
  return rest
}

/**
 * Describes the steps that a success leads to, as a field of a tool's output. A handler returns them as it adds them to errors; over the
 * wire they are numbered, and what cannot be followed is left out, as in errors.
 *
 * **Details**
 *
 * The adapter checks them where they are a field of the output itself: `output: { ..., next_steps: RecoveryStep.NextSteps }`. What a client
 * decodes are the steps without their numbers. A field that may be missing is left out where no step is left.
 *
 * **Example** (Leading on from a success)
 *
 * ```ts import.meta.vitest
 * import * as RecoveryStep from "@errata/core/RecoveryStep"
 * import * as Tool from "@errata/core/Tool"
 * import * as ToolTest from "@errata/mcp-adapter/ToolTest"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const check = Tool.make("check", { description: "Checks.", input: { id: Schema.String }, safety: "read" })
 * const start = Tool.make("start", {
 *   description: "Starts.",
 *   output: { id: Schema.String, next_steps: RecoveryStep.NextSteps },
 *   safety: "idempotent"
 * })
 * const handled = Tool.handle(start, () =>
 *   Effect.succeed({ id: "7", next_steps: [Tool.step(check, { id: "7" }, { action: "See how far it is" })] }))
 *
 * const { result } = await Effect.runPromise(ToolTest.call(handled, {}))
 * result.structuredContent?.["next_steps"]
 * // => [{ step: 1, action: "See how far it is", tool: "check", parameters: { id: "7" } }]
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const NextSteps: Schema.Codec<ReadonlyArray<RecoveryStep>, ReadonlyArray<Wire>> = /*#__PURE__*/ Schema.Array(
  StepSchema
).pipe(
  /*#__PURE__*/ Schema.decodeTo(
    Steps,
    /*#__PURE__*/ SchemaTransformation.transform({
      decode: (steps: ReadonlyArray<Wire>): ReadonlyArray<RecoveryStep> => steps.map(withoutNumber),
      encode: (steps: ReadonlyArray<RecoveryStep>): ReadonlyArray<Wire> =>
        steps.map((step, i) => ({ ...step, step: i + 1 }) as Wire)
    })
  )
).annotate({ [annotation]: true })

/** Tests for {@link NextSteps}, in a field that may be missing too. */
export const isNextSteps = (ast: SchemaAST.AST): boolean =>
  [ast.annotations, ...(ast.checks ?? []).map((check) => check.annotations)].some((found) =>
    found?.[annotation] === true
  ) ||
  ast._tag === "Union" && ast.types.some(isNextSteps)
