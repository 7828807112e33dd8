/**
 * Provokes the errors of a server's tools, and lets a client loose on each that only obeys what the reply says.
 *
 * An error is worth as much as the next move that it allows. {@link walk} finds out: it brings each error about, through the
 * wire or in this process, checks that the text says what happened, what to do and which reference to give, that every
 * step in it names a listed tool with parameters that fit its listed schema, and that alternatives can be called. Then an
 * obedient client reads the text, and nothing else, and does what it says, with at most two more calls. The report is data;
 * {@link toMarkdown} writes it as a table.
 *
 * **Details**
 *
 * | the text says | the client |
 * |---|---|
 * | `Retry later.`, `Retry after 5 s.` | waits, then repeats the call |
 * | `- format: Expected one of ...; did you mean "html"?` | corrects the arguments: as the user wants, else as the text says |
 * | `Did you mean: DOC-10?` | puts the alternative in the place of what the message names |
 * | `Next steps:` | follows them in order, fills in what the user knows, takes the option that the user chose |
 * | `- retry_keys: [...]` | sends these items again, and no others |
 * | `Check first.` | makes the call that verifies, and never repeats the first one |
 * | `Retry only after the user has resolved this.` | hands over; if `meanwhile` acts, it calls again |
 *
 * An outcome is `recovered`, `verified` (the client knows what came of a call whose answer was lost), `handed over` (a person
 * must act, and the text says who), `told` (nothing can be done, and the text says so), `lost`, `unsafe` (obeying repeated
 * what may not be repeated) or `not provoked`.
 *
 * **Gotchas**
 *
 * - To call a server by its command or URL, and to check schemas, the client and ajv of an installed official SDK are used.
 * - Nothing waits longer than `maxWait`; give `wait` in tests with a clock of their own.
 * - An alternative of a tool that only reads is called, each of them. Other tools are called by the client alone.
 *
 * **Example** (Walking the errors of a tool)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as ToolError from "@errata/core/ToolError"
 * import { walk } from "@errata/mcp-adapter/walk"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const getUser = Tool.make("get_user", {
 *   description: "Returns a user.",
 *   input: { user_id: Schema.String },
 *   output: { name: Schema.String },
 *   errors: [Errors.NotFound],
 *   safety: "read"
 * })
 * const handled = Tool.handle(getUser, ({ user_id }) =>
 *   user_id === "ada"
 *     ? Effect.succeed({ name: "Ada" })
 *     : Effect.fail(ToolError.withGuidance(new Errors.NotFound({ resource: "User", id: user_id }), {
 *       similarMatches: ["ada"]
 *     })))
 *
 * const report = await walk({
 *   tools: [handled],
 *   provoke: { get_user: { NotFound: { arguments: { user_id: "adda" } } } }
 * })
 * report.rows.map(({ calls, outcome }) => `${outcome}, ${calls} call`) // => ["recovered, 1 call"]
 * report.isFine // => true
 * ```
 *
 * @since 0.1.0
 */
import type * as Tool from "@errata/core/Tool"
import type * as Handler from "../call/Handler.ts"
import type { Runtime } from "../call/Runtime.ts"
import { type Client, ofClient, ofTools } from "./internal/connect.ts"
import type { Connection, Convert, Provocation, Report, Row, Settings } from "./internal/model.ts"
import { type Case, defaultConvert, type Ground, provoke } from "./internal/provoke.ts"
import { declaredBy, missingIn, publishedIn } from "./internal/report.ts"
import { ajv, ofCommand, ofUrl } from "./internal/sdk.ts"

export type {
  /**
   * Describes a connected client of an official SDK.
   *
   * @category models
   * @since 0.1.0
   */
  Client
} from "./internal/connect.ts"

export type {
  /**
   * Holds the arguments of a call.
   *
   * @category models
   * @since 0.1.0
   */
  Arguments,
  /**
   * Calls a tool of the server that is walked over.
   *
   * @category models
   * @since 0.1.0
   */
  CallTool,
  /**
   * Lists and calls the tools of a server, whatever it is behind.
   *
   * @category models
   * @since 0.1.0
   */
  Connection,
  /**
   * Shows a result to a model, as a host does. What is no text is read as JSON.
   *
   * @category models
   * @since 0.1.0
   */
  Convert,
  /**
   * Describes a tool as `tools/list` gives it.
   *
   * @category models
   * @since 0.1.0
   */
  Listed,
  /**
   * Says how a walk along one error ended.
   *
   * @category models
   * @since 0.1.0
   */
  Outcome,
  /**
   * Says how an error is brought about, and what the user wants when it comes.
   *
   * @category models
   * @since 0.1.0
   */
  Provocation,
  /**
   * Holds, for each tool and each of its errors, how it is brought about. Several provocations of one error are a list.
   *
   * @category models
   * @since 0.1.0
   */
  Provocations,
  /**
   * Holds what a walk found.
   *
   * @category models
   * @since 0.1.0
   */
  Report,
  /**
   * Holds what a walk found of one provocation, as one host shows it.
   *
   * @category models
   * @since 0.1.0
   */
  Row,
  /**
   * Configures a walk, wherever the tools are.
   *
   * @category models
   * @since 0.1.0
   */
  Settings,
  /**
   * Holds a call as a host sees it.
   *
   * @category models
   * @since 0.1.0
   */
  Shown,
  /**
   * Compiles a JSON Schema, and says of a value what is wrong with it; undefined if it fits.
   *
   * @category models
   * @since 0.1.0
   */
  Validator
} from "./internal/model.ts"
export { toMarkdown } from "./internal/report.ts"

/**
 * Walks over a server that is started by a command, over stdio.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommandOptions extends Settings {
  /** The program. */
  readonly command: string
  /** Its arguments. Default: none. */
  readonly args?: ReadonlyArray<string> | undefined
  /** Its environment, beside what it needs to run at all. Default: nothing more. */
  readonly env?: { readonly [name: string]: string } | undefined
  /** The folder that it runs in. Default: that of this process. */
  readonly cwd?: string | undefined
}

/**
 * Walks over a server that listens, over Streamable HTTP.
 *
 * @category models
 * @since 0.1.0
 */
export interface UrlOptions extends Settings {
  /** The address that it listens at. */
  readonly url: string | URL
  /** Headers of every request, such as who calls. Default: none. */
  readonly headers?: { readonly [name: string]: string } | undefined
}

/**
 * Walks over the server that a client is connected to; the client stays connected.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientOptions extends Settings {
  /** A connected client of SDK 1.x or 2.x. */
  readonly client: Client
}

/**
 * Walks over whatever lists and calls tools. It is closed at the end.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConnectionOptions extends Settings {
  /** The connection. */
  readonly connection: Connection
}

/**
 * Walks over tools in this process.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolsOptions<H> extends Settings {
  /** The tools with their handlers. */
  readonly tools: Handler.HandledTools<H>
}

/**
 * Provokes every error of a server, and obeys the replies. Never rejects because of what a server answers; rejects where the
 * server cannot be reached, or one of the provocations' own functions throws.
 *
 * @category walking
 * @since 0.1.0
 */
export const walk: {
  /** Walks over a server of its own process. */
  (options: CommandOptions | UrlOptions | ClientOptions | ConnectionOptions): Promise<Report>
  /** Walks over tools in this process. */
  <H extends Tool.Handled<unknown>, P extends Runtime<never> = never>(
    options: ToolsOptions<H> & Handler.OptionsWithRuntime<Handler.NeededBy<H>, P>
  ): Promise<Report>
} = async (options: AnyOptions): Promise<Report> => {
  const connection = await connect(options)
  try {
    return await walkOver(connection, options)
  } finally {
    await connection.close()
  }
}

type AnyOptions =
  | CommandOptions
  | UrlOptions
  | ClientOptions
  | ConnectionOptions
  | (ToolsOptions<Tool.Handled<unknown>> & Handler.Options)

const connect = async (options: AnyOptions): Promise<Connection> => {
  if ("tools" in options) return ofTools(options.tools, options)
  if ("client" in options) return ofClient(options.client)
  if ("connection" in options) return options.connection
  return "url" in options
    ? await ofUrl(options.url, options.headers)
    : await ofCommand(options.command, options.args ?? [], options)
}

const walkOver = async (connection: Connection, options: AnyOptions): Promise<Report> => {
  const { definitions, except = [], isOurs = true, requireAll = false, validator } = options
  const listed = await connection.list()
  const ground: Ground = {
    connection,
    settings: options,
    isOurs,
    hosts: hostsOf(options.convert),
    listed: new Map(listed.map((tool) => [tool.name, tool])),
    validator: validator ?? await ajv()
  }
  const rows: Array<Row> = []
  for (const one of casesOf(options)) rows.push(...await provoke(one, ground))
  const given = "tools" in options ? options.tools.map(({ tool }) => tool as Tool.Any) : definitions
  const declared = given === undefined ? publishedIn(listed) : declaredBy(given)
  const missing = missingIn(declared, options.provoke, except)
  return { rows, missing, isFine: rows.every(({ isFine }) => isFine) && (!requireAll || missing.length === 0) }
}

const hostsOf = (convert: Settings["convert"] = defaultConvert): ReadonlyArray<readonly [string, Convert]> =>
  typeof convert === "function" ? [["", convert]] : Object.entries(convert)

const casesOf = ({ provoke }: Settings): ReadonlyArray<Case> =>
  Object.entries(provoke).flatMap(([tool, errors]) =>
    Object.entries(errors).flatMap(([error, provocations]) =>
      (Array.isArray(provocations) ? provocations as ReadonlyArray<Provocation> : [provocations as Provocation])
        .map((provocation) => ({ tool, error, provocation }))
    )
  )
