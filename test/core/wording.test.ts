import { describe, expect, it } from "@effect/vitest"
import * as Advice from "@errata/core/Advice"
import * as wording from "@errata/core/internal/wording"
import * as Limits from "@errata/core/Limits"
import type * as ToolError from "@errata/core/ToolError"
import { runs, seeded, stockMakers, stockNames } from "./support/arbitraries.ts"

const cases = seeded((from) => ({
  error: stockMakers[from.pick(stockNames)](from) as ToolError.Any,
  circumstances: {
    safety: from.pick(["read", "idempotent", "keyed", "once", "undeclared"] as const),
    started: from.chance(50),
    isOpen: from.pick([undefined, true, false]),
    attempts: 1 + from.int(5),
    stopped: from.pick([undefined, "exhausted"] as const),
    limits: Limits.defaults
  }
}))

describe("what is written of trying again", () => {
  it.prop("is read back as it was meant", [cases], ([{ circumstances, error }]) => {
    const { family, retry, sentence } = Advice.of(error, circumstances)
    const { attempts, reason, seconds, shouldRetry } = wording.read(sentence)
    expect(shouldRetry).toBe(retry.should_retry)
    expect(seconds).toBe(retry.retry_after_seconds)
    if (retry.should_retry) {
      expect(reason).toBe(retry.reason)
      expect(attempts).toBe(circumstances.stopped === undefined ? undefined : circumstances.attempts)
    } else if (family !== "validation" || circumstances.safety !== "undeclared") {
      if (sentence !== "") expect(reason).toBe(retry.reason)
    }
  }, runs(500))

  it.each(["", "Retry later", "Please retry later.", "Retry after 5 s. Now.", "Retry after -1 s.", "Call again."])(
    "%j says nothing of trying again",
    (sentence) => expect(wording.read(sentence).shouldRetry).toBe(false)
  )
})
