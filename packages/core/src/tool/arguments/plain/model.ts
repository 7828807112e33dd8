/** Models what takes arguments that are right as they came, and tells what is wrong with others. */
import type * as SchemaAST from "effect/SchemaAST"
import type { Teller } from "../../../errors/internal/leaves.ts"

/** Stands for a value that does not decode. */
export const unfit = Symbol("errata/unfit")

/** Takes and tells in the same order, and with the same outcome, as effect's parser. */
export interface Node {
  /** Returns what was decoded, or {@link unfit}. */
  readonly take: (value: unknown) => unknown
  /** Tests for what would be taken, where that costs less than taking it; absent where it does not. */
  readonly fits?: ((value: unknown) => boolean) | undefined
  /** Tells all that is wrong with a value; nothing of one that decodes. */
  readonly tell: (value: unknown, teller: Teller) => void
}

/** Is what the nodes of one schema share. */
export interface Build {
  /** Leads to the first issue, from there to the root: who finds it begins, and who stands around it goes on. */
  readonly trail: Array<PropertyKey>
  /** Is true where the trail does not lead there: only effect can tell. */
  isLost: boolean
  readonly nodeOf: (ast: SchemaAST.AST) => Node
}

/** Asks effect for every issue. */
export const everything: SchemaAST.ParseOptions = { errors: "all" }
