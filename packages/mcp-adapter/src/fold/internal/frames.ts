/** Holds where code stands, as an engine writes it: an absolute path, a URL, a part of the engine. */
const place = String.raw`(?:file:|node:|[A-Za-z][\w+.-]{1,30}:\/\/|[A-Za-z]:[\\/]|\\\\|\/)[^()\n]{0,2000}:\d+:\d+`
const unplaced = String.raw`<anonymous>(?::\d+:\d+)?|native(?::\d+:\d+)?|index \d+|eval at [^\n]{1,2000}`
const inBrackets = String.raw`[^\n(]{1,300} \((?:${place}|[^\s()]{0,2000}[\\/][^\s()]{1,2000}:\d+:\d+|${unplaced})\)`
const frame = String.raw`[ \t]*at (?:async )?(?:${inBrackets}|${place}|<anonymous>)[ \t]*`

const oneFrame = new RegExp(`^${frame}$`, "m")
const framesBelow = new RegExp(String.raw`\r?\n(?=[ \t])${frame}(?=\r?\n|$)`, "g")

/** Frames without a folder: one may be what a parser says of its input, two below each other are none. */
const twoFrames =
  /^[ \t]*at [^\n(]{1,300} \([^\s()]{1,2000}:\d+:\d+\)\n[ \t]*at [^\n(]{1,300} \([^\s()]{1,2000}:\d+:\d+\)$/m

/** Tests whether a text holds a stack. `at config.yaml:3:5` is a place in the caller's own file. */
export const holdsStack = (text: string): boolean =>
  text.includes("at ") && (oneFrame.test(text) || twoFrames.test(text))

/** Drops the lines of a stack from a text: they are for the log. */
export const withoutStack = (text: string): string => text.includes("at ") ? text.replace(framesBelow, "") : text
