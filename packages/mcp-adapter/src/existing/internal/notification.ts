import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import { redacted, redactedText, type Settings } from "../../call/internal/redacted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"

/** Fills in what redacts where nothing is said. */
export const settingsOf = (
  { limits, redactor }: {
    readonly redactor?: Redaction.Redactor | undefined
    readonly limits?: Partial<Limits.Limits> | undefined
  }
): Settings => ({ limits: Limits.make(limits ?? {}), redactor: redactor ?? Redaction.standard })

/**
 * Returns the same notification with its texts redacted, if it is one that tells people something: of progress, or of what would
 * stand in a log. Its numbers and its token stay.
 */
export const safeNotification = (notification: unknown, settings: Settings): unknown => {
  if (!isRecord(notification) || !isRecord(notification["params"])) return notification
  const { method, params } = notification
  switch (method) {
    case "notifications/progress":
      return params["message"] === undefined
        ? notification
        : { ...notification, params: { ...params, message: redactedText(params["message"], settings) } }
    case "notifications/message":
      return { ...notification, params: { ...params, ...safeMessage(params, settings) } }
    default:
      return notification
  }
}

const safeMessage = (params: { readonly [key: string]: unknown }, settings: Settings) => {
  const { data, logger } = params
  return {
    data: safeData(data, settings),
    ...logger === undefined ? {} : { logger: redactedText(logger, settings) }
  }
}

/** Returns what a message says. It goes out as JSON, so that an error says its words, and nothing else. */
export const safeData = (data: unknown, settings: Settings): unknown => {
  const safe = redacted(settings).value(data)
  return safe instanceof Error ? `${safe.name}: ${safe.message}` : safe
}
