import type * as SchemaAST from "effect/SchemaAST"

/** Returns the schemas directly below a schema, as it is decoded. */
export const decodedChildren = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  switch (ast._tag) {
    case "Declaration":
      return ast.typeParameters
    case "Arrays":
      return [...ast.elements, ...ast.rest]
    case "Objects":
      return [...ast.propertySignatures, ...ast.indexSignatures].map((signature) => signature.type)
    case "Union":
      return ast.types
    case "Suspend":
      return [ast.thunk()]
    default:
      return []
  }
}

/** Returns the schemas directly below a schema, as it is decoded and as it goes over the wire. */
export const children = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  ast.encoding === undefined ? decodedChildren(ast) : [...decodedChildren(ast), ...ast.encoding.map((link) => link.to)]

/** Those that may stand at a key, whatever stands between: unions, declarations and what is suspended are looked through. */
export const childrenAt = (ast: SchemaAST.AST, key: string | number): ReadonlyArray<SchemaAST.AST> => [
  ...decodedChildrenAt(ast, key),
  ...ast.encoding?.flatMap((link) => childrenAt(link.to, key)) ?? []
]

/** Returns the schemas at a key, as it is decoded. */
export const decodedChildrenAt = (ast: SchemaAST.AST, key: string | number): ReadonlyArray<SchemaAST.AST> => {
  switch (ast._tag) {
    case "Objects":
      return membersAt(ast, key)
    case "Arrays":
      return itemsAt(ast, key)
    default:
      return decodedChildren(ast).flatMap((child) => childrenAt(child, key))
  }
}

const membersAt = (ast: SchemaAST.Objects, key: string | number): ReadonlyArray<SchemaAST.AST> =>
  [...ast.propertySignatures.filter((property) => property.name === key), ...ast.indexSignatures].map((signature) =>
    signature.type
  )

/** Returns what may stand at an index of a list. */
export const itemsAt = (ast: SchemaAST.Arrays, key: string | number): ReadonlyArray<SchemaAST.AST> => {
  const element = typeof key === "number" ? ast.elements[key] : undefined
  return element === undefined ? ast.rest : [element]
}
