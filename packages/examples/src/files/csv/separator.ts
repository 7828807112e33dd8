/**
 * Recognises a header whose fields are parted by something else than commas.
 */
const separators = { ";": "semicolons", "\t": "tabs", "|": "bars" } as const

/** Says what a header of one column seems to be parted by; `undefined` if it is one column, or has commas. */
export const otherSeparator = (header: ReadonlyArray<Uint8Array>): string | undefined => {
  const [line = ""] = Buffer.concat(header).toString("utf8").trim().split(/[\r\n]/, 1)
  const declared = /^"?sep=(.)"?$/.exec(line)?.[1]
  if (declared !== undefined) {
    return `The first line declares the separator ${JSON.stringify(declared)}, but a header with commas is expected`
  }
  const unquoted = line.replaceAll(/"(?:[^"]|"")*"/g, "")
  if (unquoted.includes(",")) return undefined
  for (const [separator, name] of Object.entries(separators)) {
    if (unquoted.includes(separator)) return `The fields seem to be parted by ${name}, but commas are expected`
  }
  return undefined
}
