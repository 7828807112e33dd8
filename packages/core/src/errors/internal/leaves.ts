/** Walks the tree of issues that effect makes, no further than a reader will. */
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import { kindOf } from "./arrived.ts"
import { valueAt } from "./issueValue.ts"
import { locate, tagsOf } from "./place.ts"

export interface Leaf {
  readonly path: ReadonlyArray<string | number>
  readonly issue: Exclude<SchemaIssue.Issue, SchemaIssue.Pointer | SchemaIssue.Encoding | SchemaIssue.Composite>
  /** The schema that stands there, where a path alone does not tell. */
  readonly place?: SchemaAST.AST | undefined
}

interface Root {
  /** The schema as it reads JSON. */
  readonly ast: SchemaAST.AST
  readonly value: unknown
}

type Skips = (leaf: Leaf) => boolean

/** Describes how many entries of a list were left out before its first, by the path of the list as JSON. */
export type Offsets = ReadonlyMap<string, number>

interface Walk extends Root {
  readonly offsets: Offsets | undefined
  readonly limit: number
  readonly skips: Skips | undefined
  readonly leaves: Array<Leaf>
  total: number
}

/** Returns the first leaves, and how many there are. */
export const collect = (
  issue: SchemaIssue.Issue,
  root: Root,
  limit: number,
  { offsets, skips }: { readonly offsets?: Offsets | undefined; readonly skips?: Skips | undefined } = {}
): {
  readonly leaves: ReadonlyArray<Leaf>
  readonly total: number
} => {
  const walk: Walk = { ...root, limit, offsets, skips, leaves: [], total: 0 }
  visit(walk, issue, [], undefined)
  return walk
}

/** Is told what is wrong by who walks a value instead of a tree of issues. */
export interface Teller {
  /** Leads to the value that is told about. */
  readonly path: Array<string | number>
  /** Tests whether what is told from now on is only counted. */
  readonly isFull: () => boolean
  /** Tests whether nothing was told. */
  readonly isIdle: () => boolean
  readonly count: () => void
  /** Returns how many entries of the list at the path were left out before its first. */
  readonly offset: () => number
  readonly wrongKind: (ast: SchemaAST.AST, value: unknown) => void
  readonly missing: (ast: SchemaAST.AST) => void
  readonly tree: (issue: SchemaIssue.Issue) => void
}

const everything: SchemaAST.ParseOptions = { errors: "all" }

/** Collects what is told, as {@link collect} does of a tree. */
export const collector = (
  root: Root,
  limit: number,
  { offsets, skips }: { readonly offsets?: Offsets | undefined; readonly skips?: Skips | undefined }
): {
  readonly teller: Teller
  readonly found: { readonly leaves: ReadonlyArray<Leaf>; readonly total: number }
} => {
  const walk: Walk = { ...root, limit, offsets, skips, leaves: [], total: 0 }
  const path: Array<string | number> = []
  const isFull = () => walk.leaves.length === limit
  let isIdle = true
  const count = () => {
    walk.total++
  }
  const tell = (issue: () => Leaf["issue"]) => {
    isIdle = false
    if (isFull()) count()
    else add(walk, [...path], issue())
  }
  const teller: Teller = {
    path,
    isFull,
    isIdle: () => isIdle,
    count,
    offset: () => offsets === undefined || offsets.size === 0 || isFull() ? 0 : offsets.get(JSON.stringify(path)) ?? 0,
    wrongKind: (ast, value) => tell(() => new SchemaIssue.InvalidType(ast, value, everything)),
    missing: (ast) => tell(() => new SchemaIssue.MissingKey(ast.context?.annotations)),
    tree: (issue) => {
      isIdle = false
      visit(walk, issue, [...path], undefined)
    }
  }
  return { teller, found: walk }
}

type Path = ReadonlyArray<PropertyKey>

const visit = (walk: Walk, issue: SchemaIssue.Issue, path: Path, filter: SchemaIssue.Filter | undefined): void => {
  switch (issue._tag) {
    case "Pointer":
      return visit(walk, issue.issue, walk.leaves.length < walk.limit ? below(walk, path, issue.path) : path, filter)
    case "Encoding":
      return visit(walk, issue.issue, path, filter)
    case "Filter":
      return issue.issue._tag === "Pointer" || issue.issue._tag === "Composite"
        ? visit(walk, issue.issue, path, issue)
        : add(walk, path, issue)
    case "Composite":
      for (const inner of issue.issues) visit(walk, inner, path, filter)
      return
    case "AnyOf":
      return union(walk, issue, path, filter)
    default:
      return add(walk, path, filter ?? issue)
  }
}

const add = (walk: Walk, path: Path, issue: Leaf["issue"], place?: SchemaAST.AST): void => {
  if (walk.leaves.length === walk.limit) {
    walk.total++
    return
  }
  const leaf = { path: path.map(toKey), issue, place }
  if (walk.skips?.(leaf) === true) return
  walk.total++
  walk.leaves.push(leaf)
}

/** Counts a list from where it begins, if its beginning was left out. */
const below = ({ offsets }: Walk, path: Path, keys: Path): Path => {
  if (offsets === undefined || offsets.size === 0) return [...path, ...keys]
  return keys.reduce<Path>((above, key) => {
    const offset = typeof key === "number" ? offsets.get(JSON.stringify(above)) ?? 0 : 0
    return [...above, typeof key === "number" ? key + offset : key]
  }, path)
}

const toKey = (key: PropertyKey): string | number => typeof key === "symbol" ? String(key) : key

/** Answers for a union: by the member that was meant, as its tag says, or else as a whole. */
const union = (
  walk: Walk,
  issue: SchemaIssue.AnyOf,
  path: Path,
  filter: SchemaIssue.Filter | undefined
): void => {
  if (walk.leaves.length >= walk.limit) return add(walk, path, issue)
  const meant = meantBy(issue)
  if (meant !== undefined) return visit(walk, meant, path, filter)
  const tag = wrongTag(walk, issue, path)
  return tag === undefined ? add(walk, path, issue) : add(walk, [...path, tag.key], tag.issue, tag.place)
}

/** Says that the value has no tag, or one that no member has. */
const wrongTag = (walk: Walk, issue: SchemaIssue.AnyOf, path: Path): {
  readonly key: string
  readonly issue: Leaf["issue"]
  readonly place: SchemaAST.AST
} | undefined => {
  const keys = path.map(toKey)
  const value = valueAt(walk.value, keys)
  const tags = kindOf(value) === "object"
    ? tagsOf(locate(walk.ast, keys, walk.value) ?? issue.ast) ?? tagsOf(issue.ast)
    : undefined
  if (tags === undefined) return undefined
  const place = new SchemaAST.Union(tags.members.map(({ tag }) => new SchemaAST.Literal(tag)))
  const isMissing = (value as Record<string, unknown>)[tags.key] === undefined
  return {
    key: tags.key,
    issue: isMissing ? new SchemaIssue.MissingKey(undefined) : new SchemaIssue.AnyOf(place, []),
    place
  }
}

/** Returns the one member of which the value has the most: fewer of its keys are missing or wrong than of any other. */
const meantBy = (issue: SchemaIssue.AnyOf): SchemaIssue.Issue | undefined => {
  if (issue.issues.length === 1) return isPlain(issue.issues[0]!) ? undefined : issue.issues[0]
  const weighed = issue.issues.map((member) => ({ member, weight: weight(member) })).sort((a, b) => a.weight - b.weight)
  const [best, next] = weighed
  return best !== undefined && next !== undefined && best.weight < next.weight && !isPlain(best.member)
    ? best.member
    : undefined
}

/** Tests whether the kind of the value itself is wrong, which is said of the whole union. */
const isPlain = (issue: SchemaIssue.Issue): boolean =>
  issue._tag === "InvalidType" || issue._tag === "AnyOf" && issue.issues.length === 0 ||
  issue._tag === "Encoding" && isPlain(issue.issue)

const weight = (issue: SchemaIssue.Issue): number => {
  switch (issue._tag) {
    case "Pointer":
    case "Encoding":
    case "Filter":
      return weight(issue.issue)
    case "Composite":
      return issue.issues.reduce((sum, inner) => sum + weight(inner), 0)
    case "AnyOf":
      return issue.issues.length === 0 ? 1 : Math.min(...issue.issues.map(weight))
    case "MissingKey":
      return 2
    default:
      return 1
  }
}
