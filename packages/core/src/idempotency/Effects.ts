/**
 * Provides a ledger of effects: what calls did outside of this process, written before they did it.
 *
 * @since 0.1.0
 */
export { EffectsStore } from "./effects/model.ts"
export type { EffectRecord, Entry } from "./effects/model.ts"
