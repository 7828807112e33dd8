// oxlint-disable-next-line no-control-regex -- these are what a terminal would obey
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu

const short: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/** Escapes what a terminal would obey, or show in another order than it stands. */
export const printable = (text: string, most = 2_000): string => {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  return cut.replace(
    unsafe,
    (character) => short[character] ?? `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`
  )
}

/** Writes lines of a text, each escaped. */
export const printableLines = (text: string, indent: string, most = 60): string => {
  const lines = text.split("\n")
  const shown = lines.slice(0, most).map((line) => `${indent}${printable(line)}`)
  return [...shown, ...lines.length > most ? [`${indent}and ${lines.length - most} lines more`] : []].join("\n")
}
