import type * as Tool from "@errata/core/Tool"
import type * as Handler from "../../call/Handler.ts"
import type { Runtime } from "../../call/Runtime.ts"

/**
 * Registers tools on a server of an SDK, and returns what the SDK made of each.
 *
 * @category models
 * @since 0.1.0
 */
export interface Register<in Server, out Registered> {
  /** Registers tools whose handlers need no services. */
  <H extends Tool.Handled<unknown>>(
    server: Server,
    tools: ReadonlyArray<H> & Handler.Free<Handler.NeededBy<H>>
  ): ReadonlyArray<Registered>
  /** Registers tools with the services of a runtime. */
  <H extends Tool.Handled<unknown>, P extends Runtime<never> = never>(
    server: Server,
    tools: Handler.HandledTools<H>,
    options: Handler.OptionsWithRuntime<Handler.NeededBy<H>, P>
  ): ReadonlyArray<Registered>
}
