import * as wording from "@errata/core/internal/wording"
import type * as Problem from "@errata/core/Problem"

const head = /^Error: ([a-z][a-z0-9_]{0,63}) \((transient|permanent|validation)\)\.(?: (.*))?$/
const tail = /^Reference: (\S{1,64})$/

/**
 * Returns what the text of an error of ours tells a program, where nothing but the text came through. The tag is not in it, so
 * that it decodes to the error of its family.
 */
export const problemInLines = (text: string): Problem.Problem | undefined => {
  const lines = text.split("\n")
  const [message = "", second = ""] = lines
  const [, type, family, advice = ""] = head.exec(second) ?? []
  const reference = tail.exec(lines.at(-1) ?? "")?.[1]
  if (type === undefined || reference === undefined) return undefined
  const { attempts, reason, seconds, shouldRetry } = wording.read(advice)
  return {
    error: "Error",
    type,
    category: family as Problem.Problem["category"],
    ...family === "transient" ? { is_transient: true } : {},
    message: message.replace(/\.$/, ""),
    retry: {
      should_retry: family === "transient" && shouldRetry,
      ...seconds === undefined ? {} : { retry_after_seconds: seconds },
      ...attempts === undefined ? {} : { attempts_made: attempts },
      ...reason === undefined ? {} : { reason }
    },
    reference_id: reference
  }
}
