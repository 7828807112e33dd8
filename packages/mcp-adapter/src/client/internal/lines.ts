import type * as Problem from "@errata/core/Problem"

const head = /^Error: ([a-z][a-z0-9_]{0,63}) \((transient|permanent|validation)\)\. (.*)$/
const tail = /^Reference: (\S{1,64})$/

/**
 * What the text of an error of ours tells a program, where nothing but the text came through. The tag is not in it, so that it
 * decodes to the error of its family.
 */
export const problemInLines = (text: string): Problem.Problem | undefined => {
  const lines = text.split("\n")
  const [message = "", second = ""] = lines
  const [, type, family, advice = ""] = head.exec(second) ?? []
  const reference = tail.exec(lines.at(-1) ?? "")?.[1]
  if (type === undefined || reference === undefined) return undefined
  const tried = /^Already tried (\d{1,6}) times?\./.exec(advice)?.[1]
  const seconds = /Retry after (\d{1,9}) s\.$/.exec(advice)?.[1]
  return {
    error: "Error",
    type,
    category: family as Problem.Problem["category"],
    is_transient: family === "transient",
    message: message.replace(/\.$/, ""),
    retry: {
      should_retry: family === "transient",
      attempts_made: tried === undefined ? 1 : Number(tried),
      ...seconds === undefined ? {} : { retry_after_seconds: Number(seconds) },
      ...tried === undefined ? {} : { reason: "exhausted" }
    },
    reference_id: reference
  }
}
