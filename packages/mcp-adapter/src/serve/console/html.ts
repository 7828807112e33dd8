import { printable } from "../internal/printable.ts"

/** Holds markup of ours: everything else is text, and escaped. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Value = string | number | undefined | Html | ReadonlyArray<Html>

const entities: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;",
  "'": "&#39;"
}

/** Escapes a text for markup, and shows what could not be seen in it. */
export const escaped = (text: string): string =>
  printable(text, 20_000).replace(/[&<>"']/g, (character) => entities[character]!)

const written = (value: Value): string => {
  if (value === undefined) return ""
  if (value instanceof Html) return value.text
  return typeof value === "object" ? value.map(({ text }) => text).join("") : escaped(String(value))
}

/** Writes markup. What is put into it is text, unless it was written so itself. */
export const html = (parts: TemplateStringsArray, ...values: ReadonlyArray<Value>): Html =>
  new Html(parts.map((part, i) => part + (i < values.length ? written(values[i]) : "")).join(""))

/** Writes a text of several lines. */
export const lines = (text: string): Html => new Html(text.split("\n").map(escaped).join("\n"))
