/**
 * Builds HTML that is safe to hand on from text that is not.
 */
import { escapeUTF8 } from "entities"

/** Escapes a text for an HTML element or a quoted attribute. */
export const escape = (text: string): string => escapeUTF8(text)

/**
 * Tells whether a link may be followed: it is relative, or its scheme is `http`, `https` or `mailto`.
 *
 * A browser skips control characters and spaces in a scheme, so they are skipped here.
 */
export const isSafeUrl = (url: string): boolean => {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  const scheme = /^([^/?#]*?):/.exec(url.replace(/[\u0000-\u0020\u007f-\u00a0]/g, ""))?.[1]
  return scheme === undefined || /^(https?|mailto)$/i.test(scheme)
}

/** Wraps the body of a page into a whole page. */
export const page = (body: string, title = "Converted document"): string =>
  `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>${escape(title)}</title>
</head>
<body>
${body.trim()}
</body>
</html>
`
