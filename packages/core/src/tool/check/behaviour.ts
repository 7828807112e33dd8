import * as Duration from "effect/Duration"
import { attempt } from "../../errors/internal/attempt.ts"
import type { Check } from "./model.ts"

/** Clients that listen to no progress give up after a minute; one host stops at five whatever it hears. */
const patience = { silent: 60_000, longest: 300_000 }

/** Looks at whether hosts wait as long as a tool may take. */
export const timeouts: Check = ({ tool: { timeout } }) => {
  const millis = timeout === undefined ? 0 : attempt(() => Duration.toMillis(timeout)) ?? 0
  if (millis < patience.silent) return []
  const isLost = millis >= patience.longest
  return [{
    code: "timeout_long",
    message: isLost
      ? "It may take 300 s or more, and no reply of it reaches a host that stops at 300 s whatever the progress"
      : "It may take 60 s or more, and hosts that listen to no progress give up after 60 s",
    fix: isLost
      ? "Bound it below 300 s, or make it a durable tool whose state can be asked for"
      : "Bound it below 60 s, or leave `timeout` out: then progress lengthens it"
  }]
}

/** Looks at whether a call of a keyed tool can go without a key. */
export const keys: Check = ({ tool: { keyed, safety } }) =>
  safety !== "keyed" || keyed === undefined || keyed.isRequired || keyed.auto !== undefined ? [] : [{
    code: "key_optional",
    message: `A call without ${keyed.field ?? "a key"} is not protected`,
    fix: "Require the key, or give `keyed` an `auto` window"
  }]

/** Looks at whether a failure before any effect can be told from one after. */
export const effects: Check = ({ errors, tool: { effects, safety } }) =>
  safety !== "once" || effects === "marked" ||
    !errors.some(({ category, origin }) => category === "transient" && origin === "declared")
    ? []
    : [{
      code: "effects_unmarked",
      message: "It marks no effects, so that every transient failure says that it may have taken effect",
      fix: "Run its effects in ToolCall.irreversible, and say `effects: \"marked\"`"
    }]
