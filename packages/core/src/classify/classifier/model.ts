import { attempt } from "../../errors/internal/attempt.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import { build } from "../internal/build.ts"
import { waitOf } from "../internal/explain.ts"
import type { Family } from "../internal/finding.ts"
import type { Context, Options } from "../internal/model.ts"
import { names } from "../internal/names.ts"
import { connection } from "../internal/node.ts"
import { decide } from "../internal/walk.ts"

/**
 * Recognises some failures.
 *
 * @category models
 * @since 0.1.0
 */
export interface Classifier<out E extends ToolError.Any = ToolError.Any> {
  (failure: unknown, context?: Context): E | undefined
}

/** Describes the errors of some classes. */
export type Of<Classes extends ReadonlyArray<abstract new(...args: never) => ToolError.Any>> = InstanceType<
  Classes[number]
>

/** Makes a classifier that asks some families of failures. Nothing is known of a failure that cannot be looked at. */
export const of =
  <E extends ToolError.Any>(families: ReadonlyArray<Family>) =>
  (options: Options): Classifier<E> =>
  (failure, context = {}) =>
    attempt(() => {
      const decision = decide(failure, families, options, context)
      if (decision._tag !== "Known") return undefined
      const seconds = waitOf(decision, context)?.seconds
      return build(decision.finding, options, { cause: failure, seconds }) as ToolError.Any as E
    })

/**
 * Makes the classifier of a client's failures: its own codes say most, then what its connection says, then what it speaks
 * through, and names say least.
 */
export const ofClient = <E extends ToolError.Any>(
  own: Family,
  through: ReadonlyArray<Family> = []
): (options: Options) => Classifier<E> => of([own, connection, ...through, names])
