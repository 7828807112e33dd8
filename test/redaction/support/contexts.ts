/** Where a secret may turn up. Each context is a text or a value; what comes out must not hold the secret, however it is read. */

export interface Context {
  readonly name: string
  readonly make: (secret: string) => unknown
}

const text = (name: string, make: (secret: string) => string): Context => ({ name, make })
const value = (name: string, make: (secret: string) => unknown): Context => ({ name, make })

const percent = (secret: string): string =>
  secret.split("").map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")
const wide = (secret: string): string =>
  secret.split("").map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join("")
const unicode = (secret: string): string =>
  secret.split("").map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")
const within = (hidden: string) => (secret: string): string => {
  const middle = Math.floor(secret.length / 2)
  return secret.slice(0, 2) + hidden + secret.slice(2, middle) + hidden + secret.slice(middle)
}
const json = (given: unknown): string => JSON.stringify(given)

export const texts: ReadonlyArray<Context> = [
  text("by itself", (s) => s),
  text("prose", (s) => `It failed: the service refused ${s}, as it had been revoked.`),
  text("the end of a sentence", (s) => `The service refused ${s}.`),
  text("parentheses", (s) => `refused (${s})`),
  text("JSON as text", (s) => json({ user: "ada", note: s })),
  text("JSON in JSON", (s) => json({ body: json({ note: s }) })),
  text("JSON in JSON in JSON", (s) => json([json([json([s])])])),
  text("a header", (s) => `GET /items HTTP/1.1\r\nHost: example.com\r\nX-Trace: ${s}\r\n\r\n`),
  text("an authorization header", (s) => `Authorization: Bearer ${s}`),
  text("the query of a URL", (s) => `https://example.com/items?page=2&q=${encodeURIComponent(s)}&sort=asc`),
  text("the path of a URL", (s) => `https://example.com/v1/${s}/items`),
  text("the fragment of a URL", (s) => `https://example.com/#access=${s}`),
  text("YAML", (s) => `service:\n  name: main\n  note: ${s}\n  other: 1\n`),
  text("an environment", (s) => `HOME=/root\nVALUE=${s}\nPATH=/bin`),
  text("a command line", (s) => `deploy --note ${s} --yes`),
  text("a command line with =", (s) => `deploy --note=${s} --yes`),
  text("glued in front by _", (s) => `token_${s}`),
  text("glued in front by a word and _", (s) => `my_${s}`),
  text("glued by -", (s) => `backup-${s}`),
  text("glued behind", (s) => `${s}_old`),
  text("double quotes", (s) => `"${s}"`),
  text("single quotes", (s) => `'${s}'`),
  text("backticks", (s) => `run \`${s}\` first`),
  text("a list", (s) => `a,${s},b;${s}|c`),
  text("brackets", (s) => `[${s}] {${s}} <${s}>`),
  text("XML", (s) => `<note>${s}</note>`),
  text("Markdown", (s) => `see [the docs](https://example.com/${s} "x") and **${s}**`),
  text("tabs", (s) => `a\t${s}\tb`),
  text("lines", (s) => `a\n${s}\nb`),
  text("lines that were escaped", (s) => `a\\n${s}\\nb`),
  text("lines that were escaped twice", (s) => `a\\\\n${s}\\\\tb`),
  text("percent-encoded", percent),
  text("percent-encoded twice", (s) => percent(s).replaceAll("%", "%25")),
  text("percent-encoded around", (s) => `q%3D${s}%26page%3D2`),
  text("Unicode escapes", unicode),
  text("entities", (s) => `&quot;${s}&quot; &#39;${s}&#39;`),
  text("a letter without width inside", within("\u200b")),
  text("a mark of byte order inside", within("\ufeff")),
  text("a filler inside", within("\u3164")),
  text("a soft hyphen inside", within("\u00ad")),
  text("an invisible tag inside", within("\u{e0041}")),
  text("wide letters", wide),
  text("colours of a terminal", (s) => `\u001b[31m${s}\u001b[0m`),
  text("a stack", (s) => `Error: refused ${s}\n    at f (file:///srv/app/main.js:1:2)\n    at g (node:internal/x:3:4)`)
]

export const values: ReadonlyArray<Context> = [
  value("an innocent name", (s) => ({ note: s })),
  value("deep inside", (s) => ({ a: { b: [{ c: s }] } })),
  value("an item", (s) => ["a", s, ["b", s]]),
  value("a key", (s) => ({ [s]: 1 })),
  value("a boxed text", (s) => ({ note: new String(s) })), // oxlint-disable-line no-new-wrappers -- users do
  value("toJSON", (s) => ({ toJSON: () => ({ note: s }) })),
  value("a map", (s) => ({ note: new Map([[s, s]]) })),
  value("a set", (s) => ({ note: new Set([s]) })),
  value("entries", (s) => Object.entries({ note: s, other: "x" })),
  value("raw headers", (s) => ["Host", "example.com", "X-Note", s]),
  value("an error's fields", (s) => Object.assign(new Error("x"), { info: s })),
  value("a Buffer", (s) => ({ note: Buffer.from(s) })),
  value("a Buffer as JSON", (s) => ({ note: JSON.parse(JSON.stringify(Buffer.from(s))) as unknown })),
  value("JSON in a field", (s) => ({ body: json({ note: s }) })),
  value("a getter", (s) => ({
    get note() {
      return s
    }
  }))
]

/** What a text says to somebody who knows how it was written. */
export const readings = (text: string): ReadonlyArray<string> => {
  const seen = text.replaceAll(/[\u00ad\u200b\u3164\ufeff]|\u{e0041}/gu, "").normalize("NFKC")
  const out = [text, seen]
  for (let i = 0; i < 3; i++) {
    out.push(
      out.at(-1)!
        .replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
        .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    )
  }
  return out
}
