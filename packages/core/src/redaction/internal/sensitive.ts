import type * as SchemaAST from "effect/SchemaAST"

export const annotation = "errata/sensitive"

const redactedId = "effect/schema/Redacted"
const found = new WeakMap<SchemaAST.AST, boolean>()

/** Whether a schema is marked, or holds a marked schema or a `Schema.Redacted` anywhere. */
export const isSensitive = (ast: SchemaAST.AST): boolean => {
  const known = found.get(ast)
  if (known !== undefined) return known
  const answer = search(ast, new Set())
  found.set(ast, answer)
  return answer
}

/** Only what was searched from its own root is remembered: within a cycle an answer is not known yet. */
const search = (ast: SchemaAST.AST, seen: Set<SchemaAST.AST>): boolean => {
  const known = found.get(ast)
  if (known !== undefined) return known
  if (seen.has(ast)) return false
  seen.add(ast)
  return isMarked(ast) || parts(ast).some((part) => search(part, seen))
}

/** Whether a schema is marked itself, or is a `Schema.Redacted`. */
export const isMarked = (ast: SchemaAST.AST): boolean =>
  hasMark(ast.annotations) || (ast.checks?.some((check) => hasMark(check.annotations)) ?? false) // an annotation after a check stands on the check

const hasMark = (annotations: { readonly [key: string]: unknown } | undefined): boolean =>
  annotations?.[annotation] === true ||
  (annotations?.["representation"] as { readonly id?: unknown } | undefined)?.id === redactedId

const parts = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  const encoded = ast.encoding === undefined ? [] : ast.encoding.map((link) => link.to)
  switch (ast._tag) {
    case "Declaration":
      return [...ast.typeParameters, ...encoded]
    case "Arrays":
      return [...ast.elements, ...ast.rest, ...encoded]
    case "Objects":
      return [
        ...ast.propertySignatures.map((property) => property.type),
        ...ast.indexSignatures.map((signature) => signature.type),
        ...encoded
      ]
    case "Union":
      return [...ast.types, ...encoded]
    case "Suspend":
      return [ast.thunk(), ...encoded]
    default:
      return encoded
  }
}
