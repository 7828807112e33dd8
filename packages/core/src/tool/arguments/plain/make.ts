/** Makes what takes the arguments of one schema: without effect's parser, as far as the schema only checks and copies. */
import * as Result from "effect/Result"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import type { Teller } from "../../../errors/internal/leaves.ts"
import { list, object } from "./container.ts"
import { byEffect, firstPath, parserOf } from "./effect.ts"
import { type Build, everything, type Node, unfit } from "./model.ts"
import { single } from "./single.ts"
import { union } from "./union.ts"

/** Holds what became of a value. */
export interface Attempt {
  /** The decoded value; {@link unfit} if there is none. */
  readonly value: unknown
  /** Leads to the first issue. */
  readonly path: ReadonlyArray<PropertyKey>
}

export interface Parser {
  readonly attempt: (value: unknown) => Attempt
  readonly tell: (value: unknown, teller: Teller) => void
  /** Returns the first issue; `undefined` if a value decodes after all. */
  readonly first: (value: unknown) => SchemaIssue.Issue | undefined
}

const here: Attempt["path"] = []

export const parser = (codec: SchemaAST.AST): Parser => {
  const parse = parserOf(codec)
  let made: { readonly build: Build; readonly root: Node } | undefined
  const make = () => made ??= nodes(codec) // not before the first call: a schema may name another that is not there yet
  const byParser = (value: unknown): Attempt => {
    const parsed = parse(value)
    return Result.isSuccess(parsed)
      ? { value: parsed.success, path: here }
      : { value: unfit, path: firstPath(parsed.failure) }
  }
  return {
    attempt: (value) => {
      const { build, root } = make()
      build.trail.length = 0
      build.isLost = false
      let taken: unknown
      try {
        taken = root.take(value)
      } catch {
        return byParser(value) // who throws, throws as in effect's parser
      }
      if (taken !== unfit) return { value: taken, path: here }
      return build.isLost ? byParser(value) : { value: unfit, path: build.trail.toReversed() }
    },
    tell: (value, teller) => {
      try {
        make().root.tell(value, teller)
      } catch (error) {
        parse(value, everything)
        throw error
      }
    },
    first: (value) => {
      const parsed = parse(value)
      return Result.isFailure(parsed) ? parsed.failure : undefined
    }
  }
}

const nodes = (codec: SchemaAST.AST): { readonly build: Build; readonly root: Node } => {
  const known = new Map<SchemaAST.AST, Node>()
  const nodeOf = (ast: SchemaAST.AST): Node => {
    const node = known.get(ast) ?? makeNode(build, ast)
    known.set(ast, node)
    return node
  }
  const build: Build = { trail: [], isLost: false, nodeOf }
  return { build, root: nodeOf(codec) }
}

const makeNode = (build: Build, ast: SchemaAST.AST): Node => own(build, ast) ?? byEffect(build, ast)

const own = (build: Build, ast: SchemaAST.AST): Node | undefined => {
  switch (ast._tag) {
    case "Objects":
      return object(build, ast)
    case "Arrays":
      return list(build, ast)
    case "Union":
      return union(build, ast)
    case "Suspend":
      return ast.encoding === undefined ? later(() => build.nodeOf(ast.thunk())) : undefined
    default:
      return single(build, ast)
  }
}

const later = (make: () => Node): Node => ({
  take: (value) => make().take(value),
  tell: (value, teller) => make().tell(value, teller)
})
