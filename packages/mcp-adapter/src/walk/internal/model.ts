import type * as Tool from "@errata/core/Tool"
import type * as Duration from "effect/Duration"
import type { ResultLike } from "../../client/internal/model.ts"

/** Holds the arguments of a call. */
export type Arguments = { readonly [name: string]: unknown }

/** Describes a tool as `tools/list` gives it. */
export interface Listed {
  /** The name under which it is called. */
  readonly name: string
  /** The JSON Schema of its arguments. */
  readonly inputSchema: { readonly [name: string]: unknown }
  /** The JSON Schema of its output, if it has one. */
  readonly outputSchema?: { readonly [name: string]: unknown } | undefined
  /** Lists its errors, where the server publishes its catalogue. */
  readonly _meta?: { readonly [name: string]: unknown } | undefined
  /** Says whether it may be repeated, among others. */
  readonly annotations?: { readonly [hint: string]: unknown } | undefined
}

/** See `walk.Connection`. */
export interface Connection {
  /** Returns all the tools that are listed. */
  readonly list: () => Promise<ReadonlyArray<Listed>>
  /** Calls a tool. Rejects where the server answers with a JSON-RPC error. */
  readonly call: (name: string, args: Arguments) => Promise<ResultLike>
  /** Ends the connection. */
  readonly close: () => Promise<void>
}

/** See `walk.Shown`. */
export interface Shown {
  /** The tool that was called. */
  readonly tool: string
  /** The arguments of the call. */
  readonly arguments: Arguments
  /** The result; of a JSON-RPC error its message as the text of a failed one. */
  readonly result: ResultLike
  /** The fields that the listed output requires; none if no output is listed. */
  readonly requires: ReadonlyArray<string> | undefined
}

/** See `walk.Convert`. */
export type Convert = (shown: Shown) => unknown

/** See `walk.CallTool`. */
export type CallTool = (name: string, args: Arguments) => Promise<ResultLike>

/** See `walk.Provocation`. */
export interface Provocation {
  /** The arguments of the call that fails, or a function that is asked for them when the call is made. */
  readonly arguments?: Arguments | (() => Arguments | Promise<Arguments>) | undefined
  /** The user's wishes, by the names of arguments: the client fills them in, and chooses by them, where a reply asks for it. */
  readonly intent?: Arguments | undefined
  /** A part of the option that the user chooses. Default: the first option of a choice is followed. */
  readonly choose?: string | undefined
  /** Brings the fault about, before the call; it may call tools itself. */
  readonly before?: ((call: CallTool) => unknown) | undefined
  /** Does what others do while the client waits or asks: the network returns, a person gives permission. */
  readonly meanwhile?: ((call: CallTool) => unknown) | undefined
  /** Takes the fault away, at the end, whatever happened. */
  readonly after?: ((call: CallTool) => unknown) | undefined
  /** Says whether what the user wanted is so, once the client says that it is. Asked of the world, not of a reply. */
  readonly confirm?: (() => boolean | Promise<boolean>) | undefined
  /** Counts the effects of the call in the world: more than one, and obeying was unsafe. */
  readonly effects?: (() => number | Promise<number>) | undefined
  /** Says how the reply must let the call end. Default `"recovered"`. */
  readonly ends?: "recovered" | "handed over" | "told" | undefined
  /** Of a call that succeeds with less than was asked for: what its text must say, and that of a whole success does not. */
  readonly silent?: RegExp | undefined
  /** The arguments of a call that succeeds wholly, whose text `silent` must not match. Default: the same, after `after`. */
  readonly whole?: Arguments | undefined
  /** One sentence for the report. */
  readonly note?: string | undefined
}

/** See `walk.Provocations`. */
export interface Provocations {
  readonly [tool: string]: { readonly [error: string]: Provocation | ReadonlyArray<Provocation> }
}

/** Says how a walk ended. */
export type Outcome =
  | "recovered"
  | "verified"
  | "handed over"
  | "told"
  | "lost"
  | "unsafe"
  | "not provoked"

/** See `walk.Row`. */
export interface Row {
  /** The tool that was called. */
  readonly tool: string
  /** The error that was provoked. */
  readonly error: string
  /** The host whose way of showing results was read; empty: the text blocks. */
  readonly host: string
  /** The end that it came to. */
  readonly outcome: Outcome
  /** Is true if it ended as it should. */
  readonly isFine: boolean
  /** The number of calls that the client made after the one that failed. */
  readonly calls: number
  /** The number of steps and alternatives in the replies that were checked. */
  readonly checked: number
  /** The client's moves, call by call. */
  readonly moves: ReadonlyArray<string>
  /** The mistakes that were found, a sentence each. */
  readonly reasons: ReadonlyArray<string>
  /** The text of the first reply, as the client read it. */
  readonly text: string
  /** Is true for a call that succeeded with less than was asked for. */
  readonly isSilent: boolean
  /** The provocation's note. */
  readonly note: string | undefined
}

/** See `walk.Report`. */
export interface Report {
  /** One row for every provocation and host. */
  readonly rows: ReadonlyArray<Row>
  /** The declared errors that were not provoked, as `tool: Error`. */
  readonly missing: ReadonlyArray<string>
  /** Is true if every row is fine, and none is missing where that is asked for. */
  readonly isFine: boolean
}

/** See `walk.Settings`. */
export interface Settings {
  /** For each tool, and each of its errors, how to bring it about. A tool that is not listed stands for a misspelt name. */
  readonly provoke: Provocations
  /** The number of calls that the client may make after the one that failed. Default 2. */
  readonly maxCalls?: number | undefined
  /** Makes the client repeat a call once where a text says nothing of it, as models do. Default false. */
  readonly isEager?: boolean | undefined
  /** Shows results to the model, as a host does; several by name. Default: their text blocks alone. */
  readonly convert?: Convert | { readonly [host: string]: Convert } | undefined
  /** Waits for a number of seconds. Default: the clock of the process, at most `maxWait`. */
  readonly wait?: ((seconds: number) => unknown) | undefined
  /** The longest that is really waited for, whatever a reply says. Default 1 second. */
  readonly maxWait?: Duration.Input | undefined
  /** The time that one call may take before it counts as lost. Default 60 seconds. */
  readonly patience?: Duration.Input | undefined
  /** The definitions whose errors must be provoked, where the tools are not given. Default: what the listing says of errors. */
  readonly definitions?: ReadonlyArray<Tool.Any> | undefined
  /** The declared errors that need no provocation, as `Error` or `tool: Error`. */
  readonly except?: ReadonlyArray<string> | undefined
  /** Makes declared errors that were not provoked fail the report. Default false. */
  readonly requireAll?: boolean | undefined
  /** Checks parameters against a listed JSON Schema and says what is wrong. Default: ajv, as an installed SDK brings it. */
  readonly validator?: Validator | undefined
  /** Asks for message, advice and reference, as Errata writes them. False for other servers. Default true. */
  readonly isOurs?: boolean | undefined
}

/** See `walk.Validator`. */
export type Validator = (schema: { readonly [name: string]: unknown }) => (value: unknown) => string | undefined
