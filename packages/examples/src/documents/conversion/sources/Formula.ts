/**
 * Writes the formulas of a Word document as plain text, since mammoth would leave them out without a word.
 *
 * **Details**
 *
 * A formula becomes one line: `(a+b)/2`, `x^2`, `a_i`, `√(b)`, `∑_(i=0)^n i`. What has no such form keeps its parts in
 * their order: nothing is lost but the looks.
 */
import { parseDocument } from "htmlparser2"

interface Node {
  readonly type: string
  readonly name?: string
  readonly data?: string
  readonly attribs?: { readonly [name: string]: string }
  readonly children?: ReadonlyArray<Node>
}

const localName = (node: Node): string => (node.name ?? "").slice((node.name ?? "").indexOf(":") + 1)

const childrenOf = (node: Node, name: string): ReadonlyArray<Node> =>
  (node.children ?? []).filter((child) => localName(child) === name)

const part = (node: Node, name: string): string => childrenOf(node, name).map(inside).join("")

const inside = (node: Node): string => (node.children ?? []).map(linear).join("")

/** Returns the value of a property, such as the sign of a sum: `<m:naryPr><m:chr m:val="∑"/></m:naryPr>`. */
const property = (node: Node, properties: string, name: string): string | undefined => {
  const [found] = childrenOf(node, properties).flatMap((child) => childrenOf(child, name))
  return Object.entries(found?.attribs ?? {}).find(([key]) => key.endsWith("val"))?.[1]
}

const grouped = (text: string): string => /^[\p{L}\p{N}.]*$/u.test(text) ? text : `(${text})`

const raised = (text: string): string => text === "" ? "" : `^${grouped(text)}`
const lowered = (text: string): string => text === "" ? "" : `_${grouped(text)}`

const writers: { readonly [name: string]: (node: Node) => string } = {
  t: (node) => (node.children ?? []).map((child) => child.data ?? "").join(""),
  f: (node) => `${grouped(part(node, "num"))}/${grouped(part(node, "den"))}`,
  sSup: (node) => `${grouped(part(node, "e"))}${raised(part(node, "sup"))}`,
  sSub: (node) => `${grouped(part(node, "e"))}${lowered(part(node, "sub"))}`,
  sSubSup: (node) => `${grouped(part(node, "e"))}${lowered(part(node, "sub"))}${raised(part(node, "sup"))}`,
  rad: (node) => `${part(node, "deg")}√(${part(node, "e")})`,
  nary: (node) =>
    `${property(node, "naryPr", "chr") ?? "∫"}${lowered(part(node, "sub"))}${raised(part(node, "sup"))} ${
      part(node, "e")
    }`,
  d: (node) => {
    const between = property(node, "dPr", "sepChr") ?? "|"
    const parts = childrenOf(node, "e").map(inside).join(between)
    return `${property(node, "dPr", "begChr") ?? "("}${parts}${property(node, "dPr", "endChr") ?? ")"}`
  },
  func: (node) => `${part(node, "fName")} ${part(node, "e")}`,
  limLow: (node) => `${part(node, "e")}${lowered(part(node, "lim"))}`,
  limUpp: (node) => `${part(node, "e")}${raised(part(node, "lim"))}`,
  acc: (node) => `${part(node, "e")}${property(node, "accPr", "chr") ?? "\u0302"}`,
  m: (node) => `[${childrenOf(node, "mr").map((row) => childrenOf(row, "e").map(inside).join(", ")).join("; ")}]`,
  eqArr: (node) => childrenOf(node, "e").map(inside).join("; ")
}

const linear = (node: Node): string => {
  const name = localName(node)
  if (name.endsWith("Pr")) return ""
  return writers[name]?.(node) ?? inside(node)
}

const toText = (formula: string): string =>
  inside(parseDocument(formula, { xmlMode: true }) as unknown as Node).replace(/\s+/g, " ").trim()

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const open = /<m:oMath(?=[\s>])/g
const close = "</m:oMath>"

/** Replaces the formulas of a part of a document by runs of text; says how many there were. */
export const replaceAll = (xml: string): { readonly xml: string; readonly count: number } => {
  const pieces: Array<string> = []
  let count = 0
  let from = 0
  open.lastIndex = 0
  for (let match = open.exec(xml); match !== null; match = open.exec(xml)) {
    const end = xml.indexOf(close, match.index)
    if (end === -1) break
    const text = toText(xml.slice(match.index, end + close.length))
    pieces.push(xml.slice(from, match.index), `<w:r><w:t xml:space="preserve">${escape(text)}</w:t></w:r>`)
    count++
    from = open.lastIndex = end + close.length
  }
  if (count === 0) return { xml, count }
  pieces.push(xml.slice(from))
  // mammoth passes over elements that it does not know, with all that they hold
  return { xml: pieces.join("").replace(/<\/?m:oMathPara(?=[\s>])[^>]*>/g, ""), count }
}
