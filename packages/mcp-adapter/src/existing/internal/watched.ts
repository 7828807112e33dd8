import { isRecord } from "../../fold/internal/resultLike.ts"

/** Whether a call of existing code is over: what it tells after that is not heard. */
export interface Over {
  isOver: boolean
}

type Raw = { readonly [key: string]: unknown }

/**
 * Gives a handler the context that its SDK gave, with two changes: its signal aborts at the deadline too, and progress that
 * is told after the handler ended is dropped, since some clients close the connection on it.
 */
export const watched = (context: unknown, deadline: AbortSignal, over: Over): unknown => {
  if (!isRecord(context)) return context
  const inner = context["mcpReq"]
  if (isRecord(inner)) return changed(context, { mcpReq: changed(inner, changes(inner, "notify", deadline, over)) })
  return context["signal"] instanceof AbortSignal
    ? changed(context, changes(context, "sendNotification", deadline, over))
    : context
}

const changes = (of: Raw, notify: string, deadline: AbortSignal, over: Over): Raw => {
  const { signal, [notify]: send } = of
  return {
    ...signal instanceof AbortSignal ? { signal: AbortSignal.any([signal, deadline]) } : {},
    ...typeof send === "function"
      ? {
        [notify]: (...args: ReadonlyArray<unknown>) =>
          over.isOver && isProgress(args[0]) ? Promise.resolve() : send.apply(of, args)
      }
      : {}
  }
}

const isProgress = (notification: unknown): boolean =>
  isRecord(notification) && notification["method"] === "notifications/progress"

/** The same object, but for some properties. */
const changed = (target: Raw, changes: Raw): Raw =>
  new Proxy(target, {
    get: (target, key) =>
      typeof key === "string" && Object.hasOwn(changes, key) ? changes[key] : Reflect.get(target, key),
    getOwnPropertyDescriptor: (target, key) => {
      const own = Reflect.getOwnPropertyDescriptor(target, key)
      return own !== undefined && typeof key === "string" && Object.hasOwn(changes, key) && own.configurable === true
        ? { value: changes[key], configurable: true, enumerable: own.enumerable === true, writable: true }
        : own
    }
  })
