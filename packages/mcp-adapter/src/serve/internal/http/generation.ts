import type { AnyServer } from "./backend.ts"

/** Tests whether a server is of SDK 2.x. */
export const isOfSdk2 = (server: AnyServer): boolean =>
  "toolInputSchemaJson" in server || "resolveScopeChallenge" in server

/** Tests whether SDK 2.x is installed. Rejects where it is, and cannot be loaded. */
export const hasSdk2 = async (): Promise<boolean> => {
  try {
    await import("@modelcontextprotocol/server")
    return true
  } catch (failure) {
    if ((failure as { readonly code?: unknown }).code === "ERR_MODULE_NOT_FOUND") return false
    throw failure
  }
}
