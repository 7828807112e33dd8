import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { isCompiling } from "./compiling.ts"

/** Stands for a value that is left to effect's parser. */
export const undecided: unique symbol = Symbol("undecided")

/**
 * Makes a function that copies a value as effect's interpreter does, in less of its time; `undefined` where the parser may do
 * more than check and copy, or is compiled and faster still. What would be refused, or throws while it is read, is undecided:
 * only effect can say what is wrong with it. A value that answers differently when it is asked twice, or denies with `in` what
 * it yields, is taken as it was read once.
 */
export const plain = (ast: SchemaAST.AST): Copy | undefined => {
  const copy = isCompiling() ? undefined : copier(ast)
  return copy === undefined ? undefined : (value) => {
    try {
      const out = copy(value)
      return out === refused ? undecided : out
    } catch {
      return undecided
    }
  }
}

type Copy = (value: unknown) => unknown

/** What effect refuses as well, so that the next member of a union has its turn. */
const refused: unique symbol = Symbol("refused")

const copier = (ast: SchemaAST.AST): Copy | undefined => {
  const number = writtenNumber(ast)
  const copy = number !== undefined ? finiteNumber : ast.encoding === undefined ? structure(ast) : undefined
  return copy && checked(number ?? ast, copy)
}

const finiteNumber: Copy = (value) =>
  Number.isFinite(value) ? value : typeof value === "number" || typeof value === "string" ? undecided : refused

const written = Schema.toCodecJson(Schema.Number).ast.encoding?.[0].to

/** The number of a `Schema.Number`, in either direction: only what is not finite is written as text. */
const writtenNumber = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  const [link, ...others] = ast.encoding ?? []
  if (link === undefined || others.length > 0) return undefined
  const [number, union] = ast._tag === "Union" ? [link.to, ast] : [ast, link.to]
  if (number._tag !== "Number" || union._tag !== "Union" || written?._tag !== "Union") return undefined
  return union.types === written.types && (number === ast || number.encoding === undefined) ? number : undefined
}

/** None accepts `undefined`: `struct` relies on it. */
const structure = (ast: SchemaAST.AST): Copy | undefined => {
  switch (ast._tag) {
    case "String":
      return (value) => typeof value === "string" ? value : refused
    case "Number":
      return finiteNumber
    case "Boolean":
      return (value) => typeof value === "boolean" ? value : refused
    case "Null":
      return (value) => value === null ? value : refused
    case "Literal":
      return (value) => value === ast.literal ? value : refused
    case "Union":
      return union(ast)
    case "Arrays":
      return ast.elements.length === 0 && ast.rest.length === 1 ? array(ast.rest[0]!) : undefined
    case "Objects":
      if (ast.indexSignatures.length > 0) return record(ast)
      return ast.propertySignatures.length > 0 ? struct(ast) : (value) => isObject(value) ? value : undecided
    default:
      return undefined
  }
}

const filters = (checks: ReadonlyArray<SchemaAST.Check<unknown>> = []): ReadonlyArray<SchemaAST.Filter<unknown>> =>
  checks.flatMap((check) => check._tag === "FilterGroup" ? filters(check.checks) : [check])

const [isFinite] = filters(Schema.Finite.ast.checks)
const options: SchemaAST.ParseOptions = {}

const checked = (ast: SchemaAST.AST, copy: Copy): Copy => {
  const ofInput = filters("encodingChecks" in ast ? ast.encodingChecks : undefined)
  const ofOutput = filters(ast.checks).filter(({ run }) => copy !== finiteNumber || run !== isFinite?.run)
  if (ofInput.length === 0 && ofOutput.length === 0) return copy
  return (value) => {
    const out = copy(value)
    if (out === refused || out === undecided) return out
    for (const filter of ofInput) if (filter.run(value, ast, options)) return refused
    for (const filter of ofOutput) if (filter.run(out, ast, options)) return refused
    return out
  }
}

/** The first member that does not refuse decides; what comes to a member that is not plain is undecided. */
const union = ({ options, types }: SchemaAST.Union): Copy | undefined => {
  const literals = new Set<unknown>(types.map((type) => type._tag === "Literal" ? type.literal : undefined))
  const [first, ...others] = types.map(copier)
  if (first === undefined || options?.mode === "oneOf") return undefined
  if (types.every((type) => type._tag === "Literal" && !type.encoding && !type.checks)) {
    return (value) => literals.has(value) ? value : refused
  }
  const members = [first, ...others.map((copy) => copy ?? (() => undecided))]
  return (value) => {
    for (const copy of members) {
      const out = copy(value)
      if (out !== refused) return out
    }
    return refused
  }
}

const array = (item: SchemaAST.AST): Copy | undefined => {
  const copy = copier(item)
  return copy && ((value) => {
    if (!Array.isArray(value)) return refused
    const out: Array<unknown> = []
    for (let i = 0, { length } = value; i < length; i++) {
      const item = copy(value[i])
      if (item === refused || item === undecided) return item
      out.push(item)
    }
    return out
  })
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const record = ({ indexSignatures, propertySignatures }: SchemaAST.Objects): Copy | undefined => {
  const [signature, ...others] = indexSignatures
  const copy = signature?.parameter === Schema.String.ast ? copier(signature.type) : undefined
  return copy === undefined || others.length + propertySignatures.length > 0 ? undefined : (value) => {
    if (!isObject(value)) return refused
    const out: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      const item = name === "__proto__" ? undecided : copy(value[name])
      if (item === refused || item === undecided) return item
      out[name] = item
    }
    return out
  }
}

const struct = ({ propertySignatures }: SchemaAST.Objects): Copy | undefined => {
  const fields = propertySignatures.map(({ name, type }) => ({
    name: name as string,
    copy: copier(type) as Copy,
    isOptional: type.context?.isOptional === true
  }))
  if (fields.some(({ copy, name }) => copy === undefined || name === "__proto__")) return undefined
  return (value) => {
    if (!isObject(value)) return refused
    const out: Record<string, unknown> = {}
    for (const { copy, isOptional, name } of fields) {
      const given = value[name]
      if (given === undefined && isOptional && !(name in value)) continue
      const item = copy(given)
      if (item === refused || item === undecided) return item
      out[name] = item
    }
    return out
  }
}
