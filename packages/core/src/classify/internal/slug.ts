/** The longest URI that is looked at. */
const longest = 500

/** The last part of the URI of a problem's type, as a code: `https://example.com/probs/out-of-credit` is `out_of_credit`. */
export const slugOf = (type: unknown): string | undefined => {
  if (typeof type !== "string" || type.length > longest || !/[/:]/.test(type)) return undefined
  const last = type.replace(/[/#]+$/, "").split(/[/#:]/).at(-1)?.toLowerCase().replaceAll("-", "_")
  return last === "" || last === "blank" ? undefined : last
}
