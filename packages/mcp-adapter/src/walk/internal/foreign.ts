/**
 * Reads issues with arguments in the words of others: what zod, effect and the SDKs write where they refuse a call.
 */

/** Describes what is wrong with one argument. */
export interface Issue {
  readonly path: string
  readonly words: string
}

const begin = "(?:Invalid|Too|Expected|Missing|Required|Unrecognized)"

const pathBefore = new RegExp(
  `(?:^|[:,;] )([A-Za-z_][\\w.[\\]]*): (${begin}[^\\n;]{0,300}?)(?=, [A-Za-z_][\\w.]*: |\\. |;|\\n|$)`,
  "gm"
)

const pathBehind = new RegExp(`(${begin}[^\\n]{0,300}?) at ([A-Za-z_][\\w.[\\]]*)$`, "gm")

const pathBelow = new RegExp(`(${begin}[^\\n]{0,300})\\n\\s{0,20}at \\["([^"\\n]+)"\\]`, "g")

/** Finds the issues in a text that none of ours wrote. */
export const issuesIn = (text: string): ReadonlyArray<Issue> => {
  const behind = [...text.matchAll(pathBehind), ...text.matchAll(pathBelow)]
    .map(([, words, path]) => ({ path: path!, words: words! }))
  return behind.length > 0
    ? behind
    : [...text.matchAll(pathBefore)].map(([, path, words]) => ({ path: path!, words: words! }))
}
