const unsafe =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- control characters, fillers and invisible tags are what this is about; a selector behind an emoji is none of them
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb]|(?<=^|[\u0020-\u007e\ufe00-\ufe0f])[\ufe0e\ufe0f](?!\u20e3)|\udb40[\udc00-\uddef]/
/** Matches what needs no closer look, as most lines. */
const printable = /^[\x20-\x7e]*$/
const everyUnsafe = new RegExp(unsafe, "g")

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const escape = (unsafe: string): string =>
  short[unsafe] ?? unsafe.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")

/** Escapes what could forge or hide a line. */
export const escaped = (value: string): string => value.replace(everyUnsafe, escape)

/**
 * Makes one line of a value: control, bidi and line-separator characters are escaped, and what is longer than `limit`
 * characters is cut.
 *
 * @category rendering
 * @since 0.1.0
 */
export const line = (value: string, limit: number): string => {
  if (value.length <= limit && printable.test(value)) return value
  if (value.length <= limit && value.isWellFormed() && !unsafe.test(value)) return value
  const window = value.length > limit ? value.slice(0, limit) : value
  const safe = escaped(window.toWellFormed())
  return safe.length <= limit && window.length === value.length ? safe : `${safe.slice(0, limit - 1).toWellFormed()}…`
}

/**
 * Makes lines of a value that may have several: all but line ends and tabs is escaped as in {@link line}, and what is longer than
 * `limit` characters is cut in the middle.
 */
export const lines = (value: string, limit: number): string =>
  fit(
    value.replaceAll("\r\n", "\n").split("\n").map((one) =>
      one.split("\t").map((part) => line(part, Number.POSITIVE_INFINITY)).join("\t")
    ).join("\n"),
    limit
  )

const ends: ReadonlySet<string | undefined> = new Set([".", "!", "?", "…"])

/** Makes one line of a value, which ends with one full stop. */
export const sentence = (value: string, limit: number): string => {
  const safe = line(value.trim(), limit)
  return ends.has(safe[safe.length - 1])
    ? safe
    : `${safe.length < limit ? safe : safe.slice(0, limit - 1).toWellFormed()}.`
}

/** So much of a name is shown. */
const longestName = 200

/** Writes a name among others: quoted where it could be read as several, or as words that are addressed to the reader. */
export const name = (value: string): string => {
  const short = line(value, longestName)
  return /[\s,;"'?]/.test(short) ? JSON.stringify(short) : short
}

/** Says how much was left out of the middle. */
export const marker = (left: number): string => `…\n[${left} characters left out]\n…`

/** Cuts in the middle: what stands first and what stands last says most. No line begins where a value was cut. */
export const fit = (body: string, room: number): string => {
  if (body.length <= room) return body
  const keep = room - marker(body.length).length
  if (keep <= 0) return ""
  const first = Math.ceil(keep * 0.6)
  const last = keep - first
  return `${body.slice(0, first).toWellFormed()}${marker(body.length - keep)}${
    body.slice(body.length - last).toWellFormed()
  }`
}
