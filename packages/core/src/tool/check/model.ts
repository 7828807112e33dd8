import type { Redactor } from "../../redaction/Redaction.ts"
import type { Catalogue, ToolErrors } from "../catalogue/model.ts"
import type { Guide } from "../definition/guide.ts"
import type { Any } from "../definition/model.ts"
import type { Code, Severity } from "./codes.ts"

/**
 * Describes something that is wrong with a tool, or could be better.
 *
 * @category models
 * @since 0.1.0
 */
export interface Finding {
  /** Names the kind. */
  readonly code: Code
  /** Says how much it matters. */
  readonly severity: Severity
  /** The name of the tool. */
  readonly tool: string
  /** The tag of the error that it is about, if it is about one. */
  readonly error?: string | undefined
  /** One sentence without a full stop. */
  readonly message: string
  /** Says how to mend it, as an imperative without a full stop. */
  readonly fix: string
}

/**
 * Configures what tools are checked against. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The guides that the server is given. Default: none. */
  readonly guides?: ReadonlyArray<Guide> | undefined
  /** The names of tools that the server lists beside these. Default: none. */
  readonly otherTools?: ReadonlyArray<string> | undefined
  /** Knows what looks like a secret. Default: `Redaction.standard`. */
  readonly redactor?: Redactor | undefined
  /** Leaves out what is so on purpose. Default: nothing. */
  readonly ignore?: ((finding: Finding) => boolean) | undefined
}

/** Holds what every check looks at. */
export interface Subject {
  readonly tool: Any
  readonly errors: ToolErrors["errors"]
  readonly all: ReadonlyArray<Any>
  readonly catalogue: Catalogue
  /** The names of all tools that the server lists. */
  readonly names: ReadonlySet<string>
  readonly guides: ReadonlyArray<Guide>
  readonly redactor: Redactor
}

/** Describes a finding without what all findings of its kind share. */
export type Found = Pick<Finding, "code" | "message" | "fix" | "error">

/** Looks at one tool. */
export type Check = (subject: Subject) => ReadonlyArray<Found>
