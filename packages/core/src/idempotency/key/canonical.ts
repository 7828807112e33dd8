/**
 * Writes a value as JSON that is the same text for equal values: fields by name, numbers as JSON has them, what is `undefined` left
 * out. What JSON has no word for is written so that different values stay different. Depth costs no stack.
 */
export const canonical = (value: unknown): string => {
  const out: Array<string> = []
  const path = new Set<object>()
  const todo: Array<Step> = [{ value }]
  for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
    if ("text" in step) out.push(step.text)
    else if ("leave" in step) path.delete(step.leave)
    else write(step.value, out, todo, path)
  }
  return out.join("")
}

/** Describes what is still to be written: a value, a text as it is, or the end of an object. */
type Step = { readonly value: unknown } | { readonly text: string } | { readonly leave: object }

const write = (value: unknown, out: Array<string>, todo: Array<Step>, path: Set<object>): void => {
  const plain = withoutToJson(value)
  if (typeof plain !== "object" || plain === null) {
    out.push(leaf(plain))
    return
  }
  if (path.has(plain)) throw new TypeError("The arguments hold themselves")
  path.add(plain)
  todo.push({ leave: plain })
  if (Array.isArray(plain)) list("[", plain.map((item) => [{ value: item }]), "]", todo)
  else if (plain instanceof Map) list("{\"Map\":[", [...plain].map((pair) => [{ value: pair }]), "]}", todo)
  else if (plain instanceof Set) list("{\"Set\":[", [...plain].map((item) => [{ value: item }]), "]}", todo)
  else list("{", fields(plain), "}", todo)
}

const withoutToJson = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value
  const { toJSON } = value as { readonly toJSON?: unknown }
  return typeof toJSON === "function" ? toJSON.call(value) as unknown : value
}

const fields = (value: object): ReadonlyArray<ReadonlyArray<Step>> =>
  Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, field]) => [{ text: `${JSON.stringify(name)}:` }, { value: field }])

/** Pushes what a list is made of, the last first. */
const list = (open: string, items: ReadonlyArray<ReadonlyArray<Step>>, close: string, todo: Array<Step>): void => {
  todo.push({ text: close })
  for (let i = items.length - 1; i >= 0; i--) {
    for (const step of items[i]!.toReversed()) todo.push(step)
    if (i > 0) todo.push({ text: "," })
  }
  todo.push({ text: open })
}

const leaf = (value: unknown): string => {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : `{"Number":"${value}"}`
    case "bigint":
      return `{"BigInt":"${value}"}`
    case "string":
    case "boolean":
      return JSON.stringify(value)
    default:
      return "null"
  }
}
