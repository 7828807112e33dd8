/** Lets a field say what to do where its value is wrong. */
import { dual } from "effect/Function"
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { valueAt } from "../../errors/internal/issueValue.ts"
import { annotationsOf, isSensitiveAt, locate } from "../../errors/internal/place.ts"
import type { Issue } from "../../errors/Issue.ts"
import type { RecoveryStep } from "../../errors/RecoveryStep.ts"
import { children } from "../../redaction/internal/children.ts"

const annotation = "errata/steps"

type Make = (received: unknown) => ReadonlyArray<RecoveryStep>

/**
 * Adds recovery steps to a field: a reply about a value of it that is wrong, or missing, brings them along.
 *
 * **Details**
 *
 * The steps are made when they are needed, so that they may name tools that are defined later, the field's own among them.
 * `make` is given what arrived, `undefined` where nothing did or where it is sensitive.
 *
 * **Example** (Offering the safest environment)
 *
 * ```ts import.meta.vitest
 * import * as Arguments from "@errata/core/Arguments"
 * import * as RecoveryStep from "@errata/core/RecoveryStep"
 * import * as Result from "effect/Result"
 * import * as Schema from "effect/Schema"
 * import * as ToolError from "@errata/core/ToolError"
 *
 * const environment = Schema.Literals(["staging", "production"]).pipe(
 *   Arguments.steps(() => [RecoveryStep.choice("Choose an environment", [{ action: "Deploy to staging, the safest" }])])
 * )
 * const decode = Arguments.decoder({ input: Schema.Struct({ environment }) })
 *
 * const refused = Result.merge(decode({ environment: "prod" })) as ToolError.Any
 * ToolError.guidance(refused).steps?.[0]?.action // => "Choose an environment"
 * ```
 *
 * @category annotations
 * @since 0.1.0
 */
export const steps: {
  /** Adds recovery steps to a field; for `pipe`. */
  (make: Make): <S extends Schema.Top>(schema: S) => S["Rebuild"]
  /** Adds recovery steps to a field. */
  <S extends Schema.Top>(schema: S, make: Make): S["Rebuild"]
} = dual(2, <S extends Schema.Top>(schema: S, make: Make): S["Rebuild"] => schema.annotate({ [annotation]: make }))

/** So many schemas of one input are looked at. */
const mostSchemas = 10_000

/** Returns what makes the steps of each field, at every depth. */
export const makersIn = (root: SchemaAST.AST): ReadonlyArray<Make> => {
  const makers = new Set<Make>()
  const seen = new Set<SchemaAST.AST>()
  const visit = (ast: SchemaAST.AST): void => {
    if (seen.has(ast) || seen.size >= mostSchemas) return
    seen.add(ast)
    const make = annotationsOf(ast)?.[annotation]
    if (typeof make === "function") makers.add(make as Make)
    for (const child of children(ast)) visit(child)
  }
  visit(root)
  return [...makers]
}

interface Asked {
  /** The schema, from which it is known what is sensitive. */
  readonly ast: SchemaAST.AST
  readonly codec: SchemaAST.AST
  readonly value: unknown
}

/** Returns the steps of the fields that the issues are about. */
export const stepsFor = (
  issues: ReadonlyArray<Issue>,
  { ast, codec, value }: Asked,
  limit: number
): ReadonlyArray<RecoveryStep> => {
  const found: Array<RecoveryStep> = []
  const asked = new Set<unknown>()
  for (const { path } of issues) {
    const make = annotationsOf(locate(codec, path, value))?.[annotation]
    if (typeof make !== "function" || asked.has(make)) continue
    asked.add(make)
    found.push(...made(make as Make, isSensitiveAt(ast, path) ? undefined : valueAt(value, path)))
    if (found.length >= limit) break
  }
  return found.slice(0, limit)
}

/** Makes a step; one that cannot be made must not cost the reply. */
const made = (make: Make, received: unknown): ReadonlyArray<RecoveryStep> => {
  try {
    return make(received)
  } catch {
    return []
  }
}
