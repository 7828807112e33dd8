import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { isSensitive } from "../../redaction/internal/sensitive.ts"

/** Numbers stand for fields too: they are unlikely to be written by a message itself, and short enough to be told as seconds. */
const firstNumber = 71_003
const step = 17

/** Matches what a message reckons from such a number. */
const reckoned = /\b71\d{3}\b/g

/** Holds made-up fields of an error, and turns what was written with them into a template. */
export interface Sample {
  readonly fields: { readonly [name: string]: unknown }
  /** Those of them that may not be left out: of a hint that may be missing no advice is made. */
  readonly required: { readonly [name: string]: unknown }
  /** Puts `<field>` where a made-up value stands. */
  readonly template: (text: string) => string
}

/**
 * Makes up the fields of an error, so that its message and steps can be shown before it ever happened. What cannot be made up is left
 * out, and so is what is sensitive.
 */
export const sampleOf = (fields: Schema.Struct.Fields): Sample => {
  const numbers = new Map<string, string>()
  const made: Record<string, unknown> = {}
  const required: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(fields)) {
    if (name === "_tag") continue
    try {
      const { ast } = schema as Schema.Top
      if (isSensitive(ast)) continue
      const value = valueOf(ast, name, numbers, 4)
      if (value === undefined) continue
      made[name] = value
      if (ast.context?.isOptional !== true) required[name] = value
    } catch {
      continue // a schema that refers to what is not there yet
    }
  }
  return {
    fields: made,
    required,
    template: (text) => {
      let told = text
      for (const [number, name] of numbers) told = told.replaceAll(number, `<${name}>`)
      return numbers.size === 0 ? told : told.replaceAll(reckoned, "<number>")
    }
  }
}

const valueOf = (ast: SchemaAST.AST, name: string, numbers: Map<string, string>, depth: number): unknown => {
  const example = exampleOf(ast)
  if (example !== undefined) return example
  switch (ast._tag) {
    case "String":
    case "TemplateLiteral":
      return `<${name}>`
    case "Number": {
      const number = firstNumber + step * numbers.size
      numbers.set(String(number), name)
      return number
    }
    case "BigInt":
      return 1n
    case "Boolean":
      return true
    case "Literal":
      return ast.literal
    case "Enum":
      return ast.enums[0]?.[1]
    case "Unknown":
    case "Any":
      return `<${name}>`
    default:
      return depth === 0 ? undefined : composite(ast, name, numbers, depth - 1)
  }
}

const composite = (ast: SchemaAST.AST, name: string, numbers: Map<string, string>, depth: number): unknown => {
  switch (ast._tag) {
    case "Union":
      return ast.types.map((member) => attempt(() => valueOf(member, name, numbers, depth)))
        .find((value) => value !== undefined && value !== null)
    case "Arrays": {
      const places = [...ast.elements, ...ast.rest]
      return places.map((place) => valueOf(place, singular(name), numbers, depth)).filter((value) =>
        value !== undefined
      )
    }
    case "Objects":
      return Object.fromEntries(ast.propertySignatures.map((property) => [
        property.name,
        valueOf(property.type, String(property.name), numbers, depth)
      ]))
    case "Suspend":
      return valueOf(ast.thunk(), name, numbers, depth)
    default:
      return undefined
  }
}

const exampleOf = (ast: SchemaAST.AST): unknown => {
  const { annotations, checks = [] } = ast
  for (const found of [...checks.map((check) => check.annotations), annotations]) {
    const examples = found?.["examples"]
    if (Array.isArray(examples) && examples.length > 0) return examples[0] as unknown
  }
  return undefined
}

const singular = (name: string): string => name.length > 3 && /[^s]s$/.test(name) ? name.slice(0, -1) : name

const attempt = (make: () => unknown): unknown => {
  try {
    return make()
  } catch {
    return undefined
  }
}
