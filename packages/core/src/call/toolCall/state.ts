import * as Context from "effect/Context"

/**
 * Describes an effect that was marked as irreversible and has begun.
 *
 * @category models
 * @since 0.1.0
 */
export interface BegunEffect {
  /** The name that the author gave it. */
  readonly name: string
  /** `done` if it succeeded. A failure leaves it `unknown`: an error says nothing of what was done before it. */
  readonly outcome: "done" | "unknown"
}

/**
 * Records that something may have happened in a call, or in a part of one.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  /** Is true once something may have happened, and stays true. */
  readonly isOpen: boolean
  /** Is true once it is open for more than that a handler started whose effects nobody marks. */
  readonly hasBegun: boolean
  /** Says why, the first reasons first; at most eight, for the log. */
  readonly reasons: ReadonlyArray<string>
  /** The number of marked effects that have begun. */
  readonly begun: number
  /** Counts those that belong to no item of a batch. */
  readonly begunOutside: number
  /** The first twenty of them. */
  readonly effects: ReadonlyArray<BegunEffect>
  /** Names the call whose outcome this one tells, where it is another; set by whoever knows, for the reply and the log. */
  replayOf: string | undefined
  /** Is true once a caller, or a policy, was told that nothing happened: no marked effect may begin any more. */
  readonly isSealed: boolean
  /** Seals it, and all that is a part of it. Does nothing if it is open. Never throws. */
  readonly seal: () => void
  /** Opens it, and all that it is a part of. Never throws. */
  readonly markOpen: (reason: string) => void
  /**
   * Notes that a marked effect begins, which opens it. Returns what to call when that effect has succeeded. `inItem` says that it
   * belongs to an item of a batch.
   */
  readonly begin: (name: string, inItem?: boolean) => () => void
}

const maxReasons = 8
const maxEffects = 20

class OpenState implements State {
  isOpen = false
  hasBegun = false
  begun = 0
  begunOutside = 0
  replayOf: string | undefined = undefined
  #reasons: Array<string> | undefined
  #effects: Array<{ readonly name: string; outcome: "done" | "unknown" }> | undefined
  #isSealed = false
  readonly #parent: State | undefined
  readonly #isItem: boolean

  constructor(parent: State | undefined, isItem: boolean) {
    this.#parent = parent
    this.#isItem = isItem
  }
  get reasons(): ReadonlyArray<string> {
    return this.#reasons ?? []
  }
  get effects(): ReadonlyArray<BegunEffect> {
    return this.#effects ?? []
  }
  get isSealed(): boolean {
    return this.#isSealed || this.#parent?.isSealed === true
  }
  seal(): void {
    this.#isSealed = !this.isOpen
  }
  markOpen(reason: string): void {
    this.isOpen = true
    if (reason !== "started") this.hasBegun = true
    const reasons = this.#reasons ??= []
    if (reasons.length < maxReasons && !reasons.includes(reason)) reasons.push(reason)
    this.#parent?.markOpen(reason)
  }
  begin(name: string, inItem = false): () => void {
    this.isOpen = true
    this.hasBegun = true
    this.begun++
    if (!inItem) this.begunOutside++
    const effect = { name, outcome: "unknown" as "done" | "unknown" }
    const effects = this.#effects ??= []
    if (effects.length < maxEffects) effects.push(effect)
    const isDone = this.#parent?.begin(name, inItem || this.#isItem)
    return () => {
      effect.outcome = "done"
      isDone?.()
    }
  }
}

/**
 * Makes the state of a call that is not open yet, or of a part of one: opening a part opens the whole. `isItem` says that the
 * part is an item of a batch.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeState = (whole?: State, isItem = false): State => new OpenState(whole, isItem)

/**
 * Holds the state of the part of a call that a fiber works on; `undefined` where it works on the whole.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentPart: Context.Reference<State | undefined> = Context.Reference<State | undefined>(
  "errata/ToolCall/CurrentPart",
  { defaultValue: () => undefined }
)
