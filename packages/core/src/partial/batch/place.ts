import type * as Effect from "effect/Effect"
import type { State } from "../../call/ToolCall.ts"
import type { Item } from "./model.ts"

/**
 * Describes an `AbortSignal`, as effect has it: this package knows neither the browser's types nor Node's.
 *
 * @category models
 * @since 0.1.0
 */
export type Signal = Parameters<Parameters<typeof Effect.promise>[0]>[0]

/**
 * Describes to an item's function which item it works on.
 *
 * @category models
 * @since 0.1.0
 */
export interface ItemCall extends Item {
  /** The number of this attempt; the first is 1. */
  readonly attempt: number
  /** Aborted when the item is interrupted, for functions that return a promise. */
  readonly signal: Signal
}

interface Controller {
  readonly signal: Signal
  readonly abort: () => void
}

const { AbortController } = globalThis as unknown as { readonly AbortController: new() => Controller }

/**
 * Holds an item while a worker works on it. One place serves many items: whatever is made anew for each and kept where it
 * can be seen from outside costs memory until the next collection of old objects.
 */
export class Place<I> implements Item {
  item: I | undefined = undefined
  index = -1
  /** Holds what the item is called, if it is not called by its index. */
  name: string | undefined = undefined
  /** Says why the item, or its key, could not be read. */
  broken: Effect.Effect<never> | undefined = undefined
  state: "free" | "taken" | "begun" = "free"
  /** Says whether something may have happened, where that rules what may be done about the item. */
  part: State | undefined = undefined
  controller: Controller | undefined = undefined

  /** Text is made of an index only where it is asked for. */
  get key(): string {
    return this.name ?? String(this.index)
  }
  put(item: I, index: number, name: string | undefined, broken?: Effect.Effect<never>): void {
    this.item = item
    this.index = index
    this.name = name
    this.broken = broken
    this.state = "taken"
    this.part = undefined
    this.controller = undefined
  }
  free(): void {
    this.state = "free"
    this.item = undefined
  }
  abort(): void {
    this.controller?.abort()
  }
}

/** Tells an item's function about its item. It may outlive its item, whose place is another's then. */
export class CallInPlace implements ItemCall {
  readonly index: number
  readonly attempt: number
  private readonly name: string | undefined
  private readonly place: Place<unknown>

  constructor(place: Place<unknown>, attempt = 1) {
    this.index = place.index
    this.name = place.name
    this.attempt = attempt
    this.place = place
  }
  get key(): string {
    return this.name ?? String(this.index)
  }
  get signal(): Signal {
    const { index, place } = this
    return place.index === index ? (place.controller ??= new AbortController()).signal : new AbortController().signal
  }
}
