import { type Border, BorderKey } from "@errata/core/internal/border"
import type { Settings } from "../../call/internal/redacted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { safeData, safeNotification } from "./notification.ts"

/** Describes what is known of a call of existing code while it runs, and after it. */
export class Watch {
  /** Is true once the call is over: what it tells of progress after that is not heard. */
  isOver = false
  /** Holds what code that is handed the context knows of the call. */
  readonly border: Border | undefined
  readonly deadline: () => AbortSignal
  readonly #make: () => Settings
  #settings: Settings | undefined

  constructor(border: Border | undefined, deadline: () => AbortSignal, settings: () => Settings) {
    this.border = border
    this.deadline = deadline
    this.#make = settings
  }

  /** Holds what redacts. */
  get settings(): Settings {
    return this.#settings ??= this.#make()
  }
}

type Raw = { readonly [key: string | symbol]: unknown }

/**
 * Gives a handler the context that its SDK gave, with four changes: its signal aborts at the deadline too, progress that is
 * told after the handler ended is dropped, since some clients close the connection on it, what it tells is redacted, and it
 * carries the border of the call.
 */
export const watched = (context: unknown, watch: Watch): unknown => {
  if (!isRecord(context)) return context
  if (isRecord(context["mcpReq"])) return new Proxy<Raw>(context, new Outer(watch))
  return context["signal"] instanceof AbortSignal ? new Proxy<Raw>(context, new Whole(watch)) : context
}

/** Stands for what is not changed. */
const same = Symbol("same")

/** Gives the same object, but for some properties, each of which is made when somebody first looks at it. */
abstract class Changes implements ProxyHandler<Raw> {
  protected readonly watch: Watch
  constructor(watch: Watch) {
    this.watch = watch
  }

  /** Returns what stands in the place of a property, or that it is the same. */
  abstract change(target: Raw, key: string | symbol): unknown

  get(target: Raw, key: string | symbol): unknown {
    const changed = this.change(target, key)
    return changed === same ? Reflect.get(target, key) : changed
  }

  getOwnPropertyDescriptor(target: Raw, key: string | symbol): PropertyDescriptor | undefined {
    const own = Reflect.getOwnPropertyDescriptor(target, key)
    if (own === undefined || typeof key !== "string" || own.configurable !== true) return own
    const value = this.change(target, key)
    return value === same ? own : { value, configurable: true, enumerable: own.enumerable === true, writable: true }
  }
}

/** Changes the object that holds the signal and tells the client of things. */
abstract class Telling extends Changes {
  #notify: unknown
  #log: unknown
  #signal: AbortSignal | undefined

  protected signal({ signal }: Raw): unknown {
    if (!(signal instanceof AbortSignal)) return same
    return this.#signal ??= AbortSignal.any([signal, this.watch.deadline()])
  }

  protected notify(of: Raw, name: string): unknown {
    const send = of[name]
    if (typeof send !== "function") return same
    const { watch } = this
    return this.#notify ??= (notification: unknown, ...rest: ReadonlyArray<unknown>) =>
      watch.isOver && isProgress(notification)
        ? Promise.resolve()
        : send.apply(of, [safeNotification(notification, watch.settings), ...rest])
  }

  protected log(of: Raw): unknown {
    const { log } = of
    if (typeof log !== "function") return same
    const { watch } = this
    return this.#log ??= (level: unknown, data: unknown, ...rest: ReadonlyArray<unknown>) =>
      log.apply(of, [level, safeData(data, watch.settings), ...rest.map((name) => safeData(name, watch.settings))])
  }
}

const isProgress = (notification: unknown): boolean =>
  isRecord(notification) && notification["method"] === "notifications/progress"

/** Changes the context of SDK 1.x. */
class Whole extends Telling {
  change(target: Raw, key: string | symbol): unknown {
    switch (key) {
      case "signal":
        return this.signal(target)
      case "sendNotification":
        return this.notify(target, key)
      case "log":
        return this.log(target)
      case BorderKey:
        return this.watch.border ?? same
      default:
        return same
    }
  }
}

/** Changes what the context of SDK 2.x holds of the request. */
class Inner extends Telling {
  change(target: Raw, key: string | symbol): unknown {
    switch (key) {
      case "signal":
        return this.signal(target)
      case "notify":
        return this.notify(target, key)
      case "log":
        return this.log(target)
      default:
        return same
    }
  }
}

/** Changes the context of SDK 2.x. */
class Outer extends Changes {
  #inner: unknown

  change(target: Raw, key: string | symbol): unknown {
    if (key === BorderKey) return this.watch.border ?? same
    if (key !== "mcpReq") return same
    return this.#inner ??= new Proxy<Raw>(target[key] as Raw, new Inner(this.watch))
  }
}
