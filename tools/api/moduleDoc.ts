import ts from "typescript"

/**
 * Returns the header of a module: the first comment of the file, unless that describes the first statement. Only a statement that
 * exports under its own name is described by the comment before it.
 */
export const moduleDocOf = (source: ts.SourceFile): ts.JSDoc | undefined => {
  const [first] = source.statements
  if (first === undefined) return undefined
  // `ts.getJSDocCommentsAndTags` returns the last comment only
  const { jsDoc = [] } = first as { readonly jsDoc?: ReadonlyArray<ts.JSDoc> }
  const isBare = ts.isImportDeclaration(first) || ts.isExportDeclaration(first)
  return isBare || jsDoc.length > 1 ? jsDoc[0] : undefined
}
