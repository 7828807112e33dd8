import type { AnyServer } from "./backend.ts"

/** Tests whether a server is of SDK 2.x. */
export const isOfSdk2 = (server: AnyServer): boolean =>
  "toolInputSchemaJson" in server || "resolveScopeChallenge" in server
