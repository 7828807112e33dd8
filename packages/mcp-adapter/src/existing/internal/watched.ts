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
export const watched = (context: unknown, deadline: () => AbortSignal, watch: Watch): unknown => {
  if (!isRecord(context)) return context
  const inner = context["mcpReq"]
  if (isRecord(inner)) {
    const changedInner = changed(inner, withSignal(changes(inner, "notify", watch), inner["signal"], deadline))
    return changed(context, { ...borderOf(watch), mcpReq: changedInner })
  }
  const { signal } = context
  return signal instanceof AbortSignal
    ? changed(
      context,
      withSignal({ ...borderOf(watch), ...changes(context, "sendNotification", watch) }, signal, deadline)
    )
    : context
}

const borderOf = ({ border }: Watch): Raw => border === undefined ? {} : { [BorderKey]: border }

/** Adds a signal that follows both, and is made when somebody first looks at it. */
const withSignal = (changes: Raw, signal: unknown, deadline: () => AbortSignal): Raw => {
  if (!(signal instanceof AbortSignal)) return changes
  let both: AbortSignal | undefined
  return Object.defineProperty(changes, "signal", { get: () => both ??= AbortSignal.any([signal, deadline()]) })
}

const changes = (of: Raw, notify: string, { over, settings }: Watch): Raw => {
  const { log, [notify]: send } = of
  return {
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
