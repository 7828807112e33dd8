import type * as SchemaAST from "effect/SchemaAST"
import { children } from "./children.ts"

export const annotation = "errata/sensitive"

const redactedId = "effect/schema/Redacted"
const found = new WeakMap<SchemaAST.AST, boolean>()

/** Tests whether a schema is marked, or holds a marked schema or a `Schema.Redacted` anywhere. */
export const isSensitive = (ast: SchemaAST.AST): boolean => {
  const known = found.get(ast)
  if (known !== undefined) return known
  const answer = search(ast, new Set())
  found.set(ast, answer)
  return answer
}

/** Searches a schema. Remembers only what it searched from its own root: within a cycle an answer is not known yet. */
const search = (ast: SchemaAST.AST, seen: Set<SchemaAST.AST>): boolean => {
  const known = found.get(ast)
  if (known !== undefined) return known
  if (seen.has(ast)) return false
  seen.add(ast)
  return isMarked(ast) || children(ast).some((child) => search(child, seen))
}

/** Tests whether a schema is marked itself, or is a `Schema.Redacted`. */
export const isMarked = (ast: SchemaAST.AST): boolean =>
  hasMark(ast.annotations) || (ast.checks?.some((check) => hasMark(check.annotations)) ?? false) // an annotation after a check stands on the check

const hasMark = (annotations: { readonly [key: string]: unknown } | undefined): boolean =>
  annotations?.[annotation] === true ||
  (annotations?.["representation"] as { readonly id?: unknown } | undefined)?.id === redactedId
