/** Takes objects, records and lists. */
import type * as SchemaAST from "effect/SchemaAST"
import { keysOf } from "../../../redaction/internal/keys.ts"
import { type Build, type Node, unfit } from "./model.ts"
import { checked } from "./single.ts"

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

interface Property {
  readonly name: string
  readonly node: Node
  readonly type: SchemaAST.AST
  readonly isOptional: boolean
}

export const object = (build: Build, ast: SchemaAST.Objects): Node | undefined => {
  if (ast.encoding !== undefined || ast.encodingChecks !== undefined) return undefined
  const node = ast.indexSignatures.length > 0 ? record(build, ast) : struct(build, ast)
  return node === undefined ? undefined : checked(build, ast, node)
}

const struct = (build: Build, ast: SchemaAST.Objects): Node | undefined => {
  if (ast.propertySignatures.length === 0) return undefined
  if (!ast.propertySignatures.every(({ name, type }) => isPlainName(name) && keepsMissing(type))) return undefined
  const properties = ast.propertySignatures.map(({ name, type }): Property => ({
    name: name as string,
    type,
    node: build.nodeOf(type),
    isOptional: type.context?.isOptional === true
  }))
  const { trail } = build
  return {
    take: (value) => {
      if (!isFields(value)) return unfit
      const out: Record<string, unknown> = {}
      for (let i = 0; i < properties.length; i++) {
        const { isOptional, name, node } = properties[i]!
        const item = value[name]
        const isMissing = item === undefined && !(name in value)
        if (isMissing && isOptional) continue
        const taken = isMissing ? unfit : node.take(item)
        if (taken === unfit) {
          trail.push(name)
          return unfit
        }
        out[name] = taken
      }
      return out
    },
    fits: fitting(build, properties),
    tell: (value, teller) => {
      if (!isFields(value)) return teller.wrongKind(ast, value)
      for (const { isOptional, name, node, type } of properties) {
        if (!(name in value) && isOptional) continue
        teller.path.push(name)
        if (name in value) node.tell(value[name], teller)
        else teller.missing(type)
        teller.path.pop()
      }
    }
  }
}

/** Most objects have the keys of their schema, in its order: so they are looked at as they come. */
const fitting = ({ trail }: Build, properties: ReadonlyArray<Property>): Node["fits"] => {
  if (!properties.every(({ node }) => node.fits !== undefined)) return undefined
  const tests = properties.map(({ node }) => node.fits!)
  const names = properties.map(({ name }) => name)
  const missing = (name: string): boolean => {
    trail.push(name)
    return false
  }
  const anyOrder = (value: Fields): boolean => {
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!
      if (name in value ? !tests[i]!(value[name]) : !properties[i]!.isOptional) return missing(name)
    }
    return true
  }
  return (value) => {
    if (!isFields(value)) return false
    let i = 0
    for (const key in value) {
      if (names[i] !== key) return anyOrder(value)
      if (!tests[i]!(value[key])) return missing(key)
      i++
    }
    return i === names.length || anyOrder(value)
  }
}

const isPlainName = (name: PropertyKey): boolean => typeof name === "string" && name !== "__proto__"

/** Tests that what is missing stays so, and is not given a value by the schema. */
const keepsMissing = (ast: SchemaAST.AST): boolean => {
  if (ast._tag === "Suspend" && !keepsMissing(ast.thunk())) return false
  return (ast.encoding ?? []).every(({ to, transformation }) =>
    transformation._tag === "Transformation" && keepers.has(transformation.decode._tag) && keepsMissing(to)
  )
}

const keepers: ReadonlySet<string> = new Set(["Passthrough", "Transform", "TransformEffect"])

/** Takes any names, and values that are all of one schema. */
const record = (build: Build, ast: SchemaAST.Objects): Node | undefined => {
  const [signature] = ast.indexSignatures
  if (signature === undefined || ast.indexSignatures.length > 1 || ast.propertySignatures.length > 0) return undefined
  const { parameter, type } = signature
  if (parameter._tag !== "String" || parameter.checks !== undefined || parameter.encoding !== undefined) {
    return undefined
  }
  const node = build.nodeOf(type)
  const { trail } = build
  return {
    take: (value) => {
      if (!isFields(value)) return unfit
      const out: Record<string, unknown> = {}
      for (const name of keysOf(value)) {
        const taken = node.take(value[name])
        if (taken === unfit) {
          trail.push(name)
          return unfit
        }
        assign(out, name, taken)
      }
      return out
    },
    tell: (value, teller) => {
      if (!isFields(value)) return teller.wrongKind(ast, value)
      for (const name of keysOf(value)) {
        teller.path.push(name)
        node.tell(value[name], teller)
        teller.path.pop()
      }
    }
  }
}

const assign = (out: Record<string, unknown>, name: string, value: unknown): void => {
  if (name !== "__proto__") out[name] = value
  else Object.defineProperty(out, name, { value, writable: true, enumerable: true, configurable: true })
}

/** A longer list is looked through before any of it is copied: of very many objects, most of the cost is the copies. */
const short = 100

export const list = (build: Build, ast: SchemaAST.Arrays): Node | undefined => {
  const [type] = ast.rest
  if (ast.encoding !== undefined || ast.encodingChecks !== undefined) return undefined
  if (type === undefined || ast.rest.length > 1 || ast.elements.length > 0) return undefined
  const node = build.nodeOf(type)
  const { trail } = build
  const { fits } = node
  const isCopied = type._tag === "Objects" || type._tag === "Arrays"
  const firstUnfit = (value: ReadonlyArray<unknown>, test: (value: unknown) => boolean): number => {
    for (let i = 0; i < value.length; i++) if (!test(value[i])) return i
    return -1
  }
  const wrongAt = (at: number): typeof unfit => {
    trail.push(at)
    return unfit
  }
  return checked(build, ast, {
    fits: fits === undefined ? undefined : (value) => {
      const at = Array.isArray(value) ? firstUnfit(value, fits) : 0
      if (at >= 0 && Array.isArray(value)) trail.push(at)
      return at < 0
    },
    take: (value) => {
      if (!Array.isArray(value)) return unfit
      const at = isCopied && fits !== undefined && value.length > short ? firstUnfit(value, fits) : -1
      if (at >= 0) return wrongAt(at)
      const out: Array<unknown> = []
      for (let i = 0; i < value.length; i++) {
        const taken = node.take(value[i])
        if (taken === unfit) return wrongAt(i)
        out.push(taken)
      }
      return out
    },
    tell: (value, teller) => {
      if (!Array.isArray(value)) return teller.wrongKind(ast, value)
      const from = teller.offset()
      for (let i = 0; i < value.length; i++) {
        teller.path.push(i + from)
        node.tell(value[i], teller)
        teller.path.pop()
      }
    }
  })
}
