/** A server of the gallery, and what a client asks of it. */
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"

/** A server of either SDK, as far as the gallery needs it. */
export interface Server {
  readonly connect: (transport: Transport) => Promise<void>
  readonly close: () => Promise<void>
}

/** One call that goes wrong. */
export interface Failure {
  readonly tool: string
  readonly args?: { readonly [name: string]: unknown }
  /** Holds what the author wrote for a model: it has to be there before and after. */
  readonly says?: ReadonlyArray<string>
  /** Holds what goes out before, and never after. */
  readonly leaks?: ReadonlyArray<string>
}

export interface Scene {
  /** The style of the server. */
  readonly style: string
  /** Makes the server as it was written; `adopt` gets it at the place where one line is added. */
  readonly make: (adopt: (server: never) => void) => Server
  /** Calls that succeed. */
  readonly works: ReadonlyArray<Pick<Failure, "tool" | "args">>
  readonly fails: ReadonlyArray<Failure>
}

export const text = (text: string) => ({ content: [{ type: "text" as const, text }] })
