/** Leaves a part of a schema to effect's parser. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import { type Build, everything, type Node, unfit } from "./model.ts"

type Path = ReadonlyArray<PropertyKey>

/** Decodes, and stops at the first issue or does not. */
export type Parse = (value: unknown, options?: SchemaAST.ParseOptions) => Result.Result<unknown, SchemaIssue.Issue>

export const parserOf = (ast: SchemaAST.AST): Parse =>
  SchemaParser.decodeUnknownResult(Schema.make<Schema.Codec<unknown, unknown>>(ast))

export const byEffect = (build: Build, ast: SchemaAST.AST): Node => {
  const parse = parserOf(ast)
  return {
    take: (value) => {
      const parsed = parse(value)
      if (Result.isSuccess(parsed)) return parsed.success
      lead(build, parsed.failure)
      return unfit
    },
    tell: (value, teller) => {
      const parsed = parse(value, everything)
      if (Result.isFailure(parsed)) teller.tree(parsed.failure)
    }
  }
}

/** Lets the trail begin where the first issue of a tree is. */
export const lead = ({ trail }: Build, issue: SchemaIssue.Issue): void => {
  trail.push(...firstPath(issue).toReversed())
}

/** Returns where the first issue is. */
export const firstPath = (issue: SchemaIssue.Issue): Path => {
  switch (issue._tag) {
    case "Pointer":
      return [...issue.path, ...firstPath(issue.issue)]
    case "Encoding":
    case "Filter":
      return firstPath(issue.issue)
    case "Composite":
    case "AnyOf":
      return issue.issues[0] === undefined ? [] : firstPath(issue.issues[0])
    default:
      return []
  }
}
