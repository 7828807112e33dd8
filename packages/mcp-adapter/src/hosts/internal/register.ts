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

/**
 * Binds tools once, and returns what registers them on a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Prepare<in Server, out Registered> {
  /** Binds tools whose handlers need no services. */
  <H extends Tool.Handled<unknown>>(
    tools: ReadonlyArray<H> & Handler.Free<Handler.NeededBy<H>>
  ): Prepared<Server, Registered>
  /** Binds tools to the services of a runtime. */
  <H extends Tool.Handled<unknown>, P extends Runtime<never> = never>(
    tools: Handler.HandledTools<H>,
    options: Handler.OptionsWithRuntime<Handler.NeededBy<H>, P>
  ): Prepared<Server, Registered>
}

/**
 * Registers the tools that were prepared.
 *
 * @category models
 * @since 0.1.0
 */
export interface Prepared<in Server, out Registered> {
  (server: Server): ReadonlyArray<Registered>
}
