import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** Says whether the encoded side of a schema is an object, so that it can be listed as it is. */
export const isObject = (schema: Schema.Top): boolean => isObjects(SchemaAST.toEncoded(Schema.toCodecJson(schema).ast))

const isObjects = (ast: SchemaAST.AST): boolean =>
  ast._tag === "Objects" || (ast._tag === "Union" && ast.types.length > 0 && ast.types.every(isObjects)) ||
  (ast._tag === "Suspend" && isObjects(ast.thunk()))
