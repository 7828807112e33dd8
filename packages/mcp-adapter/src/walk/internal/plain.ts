/** Limits how much of a text is read: a model's host cuts it long before. */
const longest = 200_000

/** Limits how often a text may have been written as JSON inside JSON. */
const deepest = 3

const escape = /\\(?:(["\\/bfnrt])|u([0-9a-fA-F]{4}))/g

const letters: { readonly [letter: string]: string } = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }

const unescaped = (text: string): string =>
  text.replaceAll(
    escape,
    (_, letter: string | undefined, code: string) =>
      letter === undefined ? String.fromCharCode(Number.parseInt(code, 16)) : letters[letter] ?? letter
  )

/** Marks where a line of a reply begins: a host that takes all quotes away leaves `\n` and `\` behind. */
const begun = /\\n(?=Error: |Details: |Suggestion: |Did you mean: |Next steps:|Reference: |\| |- |\d+\. |\s+[a-e]\. )/g

const withQuotes = (text: string): string => text.replaceAll(begun, "\n").replaceAll("\\", "\"")

/** Tests whether a text has a line that says what kind of error it is. */
export const errorLine = /^(?:\S.*?)?Error: ([a-z_]+) \((transient|permanent|validation)\)\.(?: (.*))?$/m

const startsLine = /^Error: ([a-z_]+) \((transient|permanent|validation)\)\.(?= |$)/m

/** Begins a line where a block of text begins: hosts show the blocks of a result as JSON. */
const byBlock = (text: string): string => text.replaceAll(/("text":\s*"|^\s*text: )/gm, "$1\n")

/** Returns a text in all the ways in which it can be read, the most literal first: as it stands, and without the escapes of JSON. */
export const views = (shown: unknown): ReadonlyArray<string> => {
  const text = (typeof shown === "string" ? shown : JSON.stringify(shown) ?? "").slice(0, longest)
  const all = [text]
  for (let i = 0; i < deepest && all.at(-1)!.includes("\\"); i++) all.push(unescaped(all.at(-1)!))
  return text.includes("\"") ? all : [text, withQuotes(text), ...all.slice(1)]
}

/** Returns the way of reading in which the error's lines stand apart, else the text as it stands. */
export const plainest = (views: ReadonlyArray<string>): string =>
  views.find((view) => startsLine.test(view)) ?? views.map(byBlock).find((view) => startsLine.test(view)) ?? views[0] ??
    ""
