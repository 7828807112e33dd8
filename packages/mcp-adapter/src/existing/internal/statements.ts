/** Finds SQL in words, and tells it from English: both select, insert and update. */

/** Describes where a statement stands in a text. */
export interface Statement {
  readonly start: number
  readonly end: number
  /** As much of it as shows that it is one. */
  readonly text: string
}

/** Limits how far a statement is looked through, and how many of what may be one are. */
const reach = 600
const mostLooks = 5_000

const candidate = /\b(?:select|insert|update|delete|create|alter|drop|truncate|merge|with)\s/gi

/** Returns the statements in a text. */
export const statementsIn = (text: string): ReadonlyArray<Statement> => {
  const found: Array<Statement> = []
  candidate.lastIndex = 0
  for (let looks = 0, match = candidate.exec(text); match !== null; match = candidate.exec(text)) {
    if (looks++ === mostLooks) {
      return [...found, { start: match.index, end: text.length, text: text.slice(match.index) }]
    }
    const start = match.index
    const length = lengthOf(text.slice(start, start + reach), () => isPlaceOfCode(text, start))
    if (length === 0) continue
    const end = endOf(text, start + length)
    found.push({ start, end, text: text.slice(start, start + length) })
    candidate.lastIndex = end
  }
  return found
}

/** Lines with which a statement goes on. */
const further =
  /^\s*(?:(?:from|where|and|or|inner|left|right|full|cross|outer|join|on|group\s+by|order\s+by|limit|offset|having|union|values|set|returning|using|as)\b|[(),]).*$/i

/** Finds the end of a statement: that of its line, and of the lines with which it goes on. */
const endOf = (text: string, from: number): number => {
  const lineEnd = (at: number): number => {
    const end = text.indexOf("\n", at)
    return end < 0 ? text.length : end
  }
  let end = lineEnd(from)
  while (end < text.length && further.test(text.slice(end + 1, Math.min(lineEnd(end + 1), end + 1 + reach)))) {
    end = lineEnd(end + 1)
  }
  return end
}

/** Tests whether code would be quoted here: at the start, in quotes, behind what failed to run. */
const isPlaceOfCode = (text: string, at: number): boolean => {
  const before = text.slice(Math.max(0, at - 48), at)
  return (at <= 48 && before.trim() === "") || /(?:["'`]|\n\s{0,40})$/.test(before) ||
    /\b(?:sql|query|statement|execut\w{1,6}|exec|error|failed|failure|exception|near)\b[^.\n]{0,20}?[:=(]?\s*$/i.test(
      before
    )
}

const { raw } = String

const part = raw`(?:"[^"\n]{1,128}"|\x60[^\x60\n]{1,128}\x60|\[[\w $]{1,128}\]|[\w$#@]{1,128})`
const name = `${part}(?:\\.${part}){0,3}`
const article =
  /^(?:a|an|the|at|one|any|all|your|each|every|some|this|that|these|those|its?|them|here|my|our|another|no|more|other|which|what|only|both|either|just|first|last|position|index)$/i

const isProse = (word: string | undefined): boolean => word === undefined || article.test(word)

const operator = raw`(?:<|>|!?=|\bin\s*\(|\bi?like\b|\bis\s+(?:not\s+)?null\b|\bbetween\b)`
const clauses = new RegExp(
  raw`^\s+(?:(?:as\s+)?(?!where\b)\w{1,64}\s+)?(?:where\s+[^\n;]{0,80}?${operator}|(?:(?:inner|left|right|full|cross)\s+(?:outer\s+)?)?join\s+\S{1,128}\s+(?:as\s+)?(?:\w{1,64}\s+)?(?:on|using)\b|group\s+by\s|order\s+by\s+\S|limit\s+[\d$?:]|union\s+(?:all\s+)?select\b)`,
  "i"
)

/** Returns how many letters show that a statement begins here; 0 if none does. */
const lengthOf = (text: string, isPlace: () => boolean): number => {
  switch (text.slice(0, 3).toLowerCase()) {
    case "sel":
      return select(text, isPlace)
    case "ins":
      return insert(text)
    case "upd":
      return update(text)
    case "del":
      return remove(text, isPlace)
    case "mer":
      return all(text, mergeUsing)
    case "wit":
      return all(text, withAs)
    default:
      return define(text, isPlace)
  }
}

const all = (text: string, expression: RegExp): number => expression.exec(text)?.[0].length ?? 0

const mergeUsing = new RegExp(raw`^merge\s+into\s+${name}\s+(?:(?:as\s+)?\w{1,64}\s+)?using\s`, "i")
const withAs =
  /^with\s+(?:recursive\s+)?["`\w]{1,128}\s*(?:\([^)\n]{0,200}\)\s*)?as\s+(?:not\s+)?(?:materialized\s+)?\(\s*(?:select|insert|update|delete|values)\b/i

const selection = new RegExp(
  raw`^select\s+(?:distinct\s+|all\s+|top\s+\d+\s+)?([^;]{1,500}?)\s+from\s+(\(\s*select\b|${name})`,
  "i"
)
const quotedColumns = /^select\s+(?:distinct\s+)?(?:(["`])[^"`\n]{1,128}\1\s*[.,]|\[\w{1,128}\]\s*[.,]|\w{1,128}\.\*)/i
const call = /^(?:select|SELECT)\s+[a-z_]{1,64}\s*\([^)\n]{0,200}\)/
const column = new RegExp(raw`^(?:${name}(?:\.\*)?|[*?]|[$:]\w{1,64})(?:\s+as\s+${name})?$`, "i")

const select = (text: string, isPlace: () => boolean): number => {
  const found = selection.exec(text)
  if (found === null) return all(text, quotedColumns) || (isPlace() ? all(text, call) : 0)
  const [whole, list = "", table = ""] = found
  if (isProse(table)) return 0
  const clause = all(text.slice(whole.length), clauses)
  if (clause > 0) return whole.length + clause
  const areColumns = list.split(",").every((item) =>
    column.test(item.trim()) && !isProse(item.trim()) || /[*('`"]/.test(item)
  )
  if (!areColumns) return 0
  const isCapital = whole.startsWith("SELECT") && /\sFROM\s/.test(whole)
  const isMarked = /[*(`"_]/.test(list) || /[`"_[(]|\w\.\w/.test(table) || text[whole.length] === ";"
  return isCapital || isMarked || (whole.startsWith("select") && isPlace()) ? whole.length : 0
}

const insertion = new RegExp(raw`^insert\s+(?:ignore\s+|or\s+\w{1,16}\s+)?into\s+(${name})`, "i")
const inserted =
  /^\s*(?:(?:as\s+\w{1,64}\s*)?\([^)\n]{0,500}(?:\)\s*(?:overriding\s+\w+\s+value\s+)?(?:values|select|output|with)\b|$)|values\s*\(|select\s|default\s+values\b|set\s+["`\w]{1,128}\s*=)/i

const insert = (text: string): number => {
  const found = insertion.exec(text)
  if (found === null || isProse(found[1])) return 0
  const [whole] = found
  const rest = all(text.slice(whole.length), inserted)
  return rest > 0 || /^INSERT\s+(?:\w+\s+)*INTO\b/.test(whole) ? whole.length + rest : 0
}

const setting = new RegExp(
  raw`^update\s+(?:only\s+|or\s+\w{1,16}\s+)?(${name})\s+(?:(?:as\s+)?(?!set\b)\w{1,64}\s+)?set\s+(${name})(\s*=)?`,
  "i"
)

const update = (text: string): number => {
  const found = setting.exec(text)
  if (found === null) return 0
  const [whole, table, , equals] = found
  if (equals !== undefined) return whole.length
  return /^UPDATE\s[^]*\sSET\s/.test(whole) && !isProse(table) ? whole.length : 0
}

const removal = new RegExp(raw`^delete\s+from\s+(${name})(?![\w-])`, "i")
const removed = new RegExp(
  raw`^\s+(?:(?:as\s+)?(?!where\b|using\b)\w{1,64}\s+)?(?:where\s+[^\n;]{0,80}?${operator}|using\s+\w)|^\s*;`,
  "i"
)

const remove = (text: string, isPlace: () => boolean): number => {
  const found = removal.exec(text)
  if (found === null || isProse(found[1])) return 0
  const [whole] = found
  const rest = text.slice(whole.length)
  const clause = all(rest, removed)
  if (clause > 0) return whole.length + clause
  const isAlone = whole.startsWith("delete") && /^\s*(?:$|["'`)\n])/.test(rest) && isPlace()
  return isAlone || /^DELETE\s+FROM\b/.test(whole) ? whole.length : 0
}

const definition = new RegExp(
  raw`^(create|alter|drop|truncate)\s+(?:or\s+replace\s+|(?:temp|temporary|unique|materialized|unlogged|external|virtual|global|local|fulltext|clustered|nonclustered)\s+){0,3}` +
    raw`(table|index|view|database|schema|sequence|trigger|function|procedure|type|role|user|extension)\s+(?:concurrently\s+)?(if\s+(?:not\s+)?exists\s+)?(${name})`,
  "i"
)
/** Lists what goes on as a definition does, by what is defined. */
const goesOn: { readonly [verb: string]: RegExp } = {
  "create table": /^\s*\(\s*["`\w]|^\s+as\s+select\b/i,
  "create view": /^\s+as\s+(?:select|with)\b/i,
  "create index": new RegExp(raw`^\s+on\s+${name}\s*(?:\(|using\b)`, "i"),
  "alter table":
    /^\s+(?:add|drop|alter|rename|modify|change|owner|attach|detach|enable|disable)\s+(?:column|constraint|index|primary|foreign|unique|to|partition|row|trigger|["`\w]+\s+\w)/i,
  "drop table": /^\s*(?:cascade|restrict|;)/i,
  "drop view": /^\s*(?:cascade|restrict|;)/i,
  "drop index": /^\s*;/,
  "truncate table": /^\s*(?:cascade|restrict|;|$)/i
}

const define = (text: string, isPlace: () => boolean): number => {
  const found = definition.exec(text)
  if (found === null) return 0
  const [whole, verb = "", kind = "", ifExists, defined] = found
  if (ifExists !== undefined) return whole.length
  const rest = text.slice(whole.length)
  const isCapital = verb === verb.toUpperCase() && kind === kind.toUpperCase()
  if (isCapital && !isProse(defined)) return whole.length
  const further = all(rest, goesOn[`${verb} ${kind}`.toLowerCase()] ?? /^\b\B/)
  if (further > 0) return whole.length + further
  const isAlone = verb === "drop" && kind !== "index" && /^\s*(?:$|["'`)\n])/.test(rest) && isPlace()
  return isAlone && !isProse(defined) ? whole.length : 0
}
