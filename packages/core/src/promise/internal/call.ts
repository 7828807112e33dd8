import { type Border, BorderKey } from "../../call/internal/border.ts"

/** Returns what is passed by hand for a call. */
export const callOf = (border: Border): object => Object.defineProperty({}, BorderKey, { value: border })
