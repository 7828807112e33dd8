/** What the interfaces of model providers have in common, as far as a fake model needs it. */

/** What a host sent to its model. */
export interface Turn {
  /** What the user said, with whatever the host put around it. */
  readonly said: string
  /** The names under which tools are offered. */
  readonly tools: ReadonlyArray<string>
  /** What the last tool returned, as the model reads it; absent where no tool was called yet. */
  readonly reads?: unknown
}

/** One event of a stream. */
export interface Event {
  readonly name?: string | undefined
  readonly data: unknown
}

/** An answer: whole, or in events. */
export type Answer = { readonly body: unknown } | { readonly events: ReadonlyArray<Event> }

/** A request to a model. */
export interface Request {
  readonly path: string
  readonly body: { readonly [name: string]: unknown }
}

/** How one provider writes requests and answers. */
export interface Dialect {
  readonly speaks: (path: string) => boolean
  readonly turn: (request: Request) => Turn
  readonly call: (request: Request, tool: string, args: object) => Answer
  readonly say: (request: Request, text: string) => Answer
}

type Json = { readonly [name: string]: unknown }

/** The records in a list that may be anything. */
export const records = (list: unknown): ReadonlyArray<Json> =>
  Array.isArray(list)
    ? list.filter((item): item is Json => typeof item === "object" && item !== null)
    : []
