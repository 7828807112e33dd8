import type { Claim, Held, Request } from "@errata/core/IdempotencyStore"
import * as Duration from "effect/Duration"

/** Asks for a key; what the test does not say is as plain as can be. */
export const request = (id: string, rest: Partial<Request> = {}): Request => ({
  id,
  fingerprint: "the arguments",
  owner: `the owner of ${id}`,
  referenceId: "11111111",
  lease: Duration.seconds(30),
  retention: Duration.hours(24),
  begun: false,
  takesUnknown: false,
  ...rest
})

export const heldBy = (claim: Claim): Held => {
  if (claim._tag === "Claimed" || claim._tag === "Taken") return claim.held
  throw new Error(`The key was not granted: ${claim._tag}`)
}

export const done = { kind: "success", value: "{\"sum\":3}" } as const
