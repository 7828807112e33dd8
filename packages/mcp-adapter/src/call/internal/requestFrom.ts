import { isRecord } from "../../fold/internal/resultLike.ts"
import type * as Handler from "../Handler.ts"

/** What the context says that either official SDK gives to a handler, told apart by its shape. */
export const requestFrom = (context: unknown): Handler.Request => {
  if (!isRecord(context)) return {}
  const inner = context["mcpReq"]
  return isRecord(inner)
    ? {
      signal: inner["signal"] instanceof AbortSignal ? inner["signal"] : undefined,
      meta: inner["_meta"] as Handler.Request["meta"],
      authInfo: isRecord(context["http"]) ? context["http"]["authInfo"] as Handler.AuthInfo : undefined,
      notify: inner["notify"] as Handler.Request["notify"]
    }
    : context["signal"] instanceof AbortSignal
    ? {
      signal: context["signal"],
      meta: context["_meta"] as Handler.Request["meta"],
      authInfo: context["authInfo"] as Handler.AuthInfo | undefined,
      notify: context["sendNotification"] as Handler.Request["notify"]
    }
    : {}
}
