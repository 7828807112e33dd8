/** Tells by one look at the letters of a text what need not be looked for in it: most texts hold none of what secrets stand in. */
export const traits = {
  /** A letter that is neither one of prose nor of a path. */
  special: 1,
  /** Stands between a name and its value, or is a digit. */
  assigning: 2,
  /** May be written in another way than it is read: an escape, an entity, a letter beyond ASCII. */
  written: 4,
  at: 8,
  dash: 16,
  quote: 32,
  colon: 64,
  capitalP: 128,
  /** As many digits as the shortest number of a card has. */
  digits: 256,
  /** As many letters without a space between them as the shortest run that tokens are looked for in. */
  run: 512,
  /** As many as the shortest token that is looked for by what stands in it. */
  longRun: 1024
} as const

/** In a longer text the search for each of them is faster than a look at each letter. */
const longest = 1_024

const shortestCard = 13
const shortestRun = 16
const shortestLongRun = 24

const digit = 1 << 16

const special = /[^A-Za-z .,;!?()/_]/
const assigning = /[:=\t"'`>0-9\u2018\u201c\u00ab]/

/** Returns the two traits that decide by themselves what is a secret, and all of those that only spare a search. */
const everyTrait = (text: string): number =>
  2044 | (special.test(text) ? traits.special : 0) | (assigning.test(text) ? traits.assigning : 0)

/** Holds what each letter says. */
const ofLetter = /*#__PURE__*/ (() => {
  const table = new Uint32Array(128)
  const note = (letters: string, says: number) => {
    for (let i = 0; i < letters.length; i++) table[letters.charCodeAt(i)]! |= says
  }
  for (let code = 0; code < 128; code++) {
    const letter = String.fromCharCode(code)
    note(letter, (special.test(letter) ? traits.special : 0) | (assigning.test(letter) ? traits.assigning : 0))
  }
  note("0123456789", digit)
  note("%\\&\u001b", traits.written)
  note("@", traits.at)
  note("-", traits.dash)
  note("\"'", traits.quote)
  note(":", traits.colon)
  note("P", traits.capitalP)
  return table
})()

const beyondAscii = traits.special | traits.written

/** Returns the traits of a text, or more than it has of those that only spare a search. */
export const traitsOf = (text: string): number => {
  const { length } = text
  if (length > longest) return everyTrait(text)
  let found = 0
  let digits = 0
  let run = 0
  let longestRun = 0
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) {
      found |= code === 0x2018 || code === 0x201c || code === 0xab ? beyondAscii | traits.assigning : beyondAscii
    } else {
      const says = ofLetter[code]!
      found |= says
      digits += says >> 16
    }
    if (code <= 32) run = 0
    else if (++run > longestRun) longestRun = run
  }
  return (found & (digit - 1)) | (digits >= shortestCard ? traits.digits : 0) |
    (longestRun >= shortestRun ? traits.run : 0) | (longestRun >= shortestLongRun ? traits.longRun : 0)
}
