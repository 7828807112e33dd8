/**
 * Says in a compiler's message what is wrong. Nothing has this type: it is asked for where the types do not fit.
 *
 * @category utility types
 * @since 0.1.0
 */
export interface Mistake<out Sentence> {
  readonly [MistakeId]: Sentence
}

declare const MistakeId: unique symbol
