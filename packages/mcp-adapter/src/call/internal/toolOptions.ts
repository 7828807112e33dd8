import type * as Tool from "@errata/core/Tool"
import type * as Call from "./options.ts"

/** See `Handler.Options`: what holds for all calls, and what holds for tools with a definition. */
export interface Options extends Call.Options {
  /** Says what to do next about errors, tool by tool; see `Tool.guide`. Default none. */
  readonly guides?: ReadonlyArray<Tool.Guide> | undefined
  /**
   * Names tools that the server lists beside these, registered by hand or later, so that guides and steps may name them. Default
   * none: what a server lists already need not be named.
   */
  readonly otherTools?: ReadonlyArray<string> | undefined
  /**
   * Lists with each tool, in `_meta["errata/errors"]`, the errors that it declares: tag, type, family, when, who can help; see
   * `Catalogue`. Default `false`, since hosts may show a listing to their model.
   */
  readonly catalogue?: boolean | undefined
}
