import { type Border, BorderKey } from "@errata/core/internal/border"
import type { Settings } from "../../call/internal/redacted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { safeData, safeNotification } from "./notification.ts"

/** Describes whether a call of existing code is over: what it tells after that is not heard. */
export interface Over {
  isOver: boolean
}

interface Watch {
  /** Holds what code that is handed the context knows of the call. Nothing in shadow mode. */
  readonly border: Border | undefined
  readonly over: Over
  /** Holds what redacts. Nothing does in shadow mode. */
  readonly settings: Settings | undefined
}

type Raw = { readonly [key: string | symbol]: unknown }

/**
 * Gives a handler the context that its SDK gave, with four changes: its signal aborts at the deadline too, progress that is
 * told after the handler ended is dropped, since some clients close the connection on it, what it tells is redacted, and it
 * carries the border of the call.
 */
export const watched = (context: unknown, deadline: AbortSignal, watch: Watch): unknown => {
  if (!isRecord(context)) return context
  const inner = context["mcpReq"]
  const border = watch.border === undefined ? {} : { [BorderKey]: watch.border }
  if (isRecord(inner)) {
    return changed(context, { ...border, mcpReq: changed(inner, changes(inner, "notify", deadline, watch)) })
  }
  return context["signal"] instanceof AbortSignal
    ? changed(context, { ...border, ...changes(context, "sendNotification", deadline, watch) })
    : context
}

const changes = (of: Raw, notify: string, deadline: AbortSignal, { over, settings }: Watch): Raw => {
  const { log, signal, [notify]: send } = of
  return {
    ...signal instanceof AbortSignal ? { signal: AbortSignal.any([signal, deadline]) } : {},
    ...typeof send === "function"
      ? {
        [notify]: (notification: unknown, ...rest: ReadonlyArray<unknown>) =>
          over.isOver && isProgress(notification)
            ? Promise.resolve()
            : send.apply(of, [
              settings === undefined ? notification : safeNotification(notification, settings),
              ...rest
            ])
      }
      : {},
    ...typeof log === "function" && settings !== undefined
      ? {
        log: (level: unknown, data: unknown, ...rest: ReadonlyArray<unknown>) =>
          log.apply(of, [level, safeData(data, settings), ...rest.map((name) => safeData(name, settings))])
      }
      : {}
  }
}

const isProgress = (notification: unknown): boolean =>
  isRecord(notification) && notification["method"] === "notifications/progress"

/** Returns the same object, but for some properties. */
const changed = (target: Raw, changes: Raw): Raw =>
  new Proxy(target, {
    get: (target, key) => Object.hasOwn(changes, key) ? changes[key] : Reflect.get(target, key),
    getOwnPropertyDescriptor: (target, key) => {
      const own = Reflect.getOwnPropertyDescriptor(target, key)
      return own !== undefined && typeof key === "string" && Object.hasOwn(changes, key) && own.configurable === true
        ? { value: changes[key], configurable: true, enumerable: own.enumerable === true, writable: true }
        : own
    }
  })
