import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type { Console } from "../../Console.ts"
import type { Uncaught } from "../survive.ts"
import type { Watchdog } from "../watchdog/watchdog.ts"
import type { Page } from "./app.ts"
import type { Auth } from "./auth.ts"
import type { Limits } from "./limits.ts"
import type { Check } from "./ready.ts"
import type { Sessions } from "./sessions.ts"

/** See `http.EventBus`. */
export interface EventBus {
  /** Tells those who listen. */
  publish(event: never): void
  /** Adds a listener, and returns what removes it. */
  subscribe(listener: never): () => void
}

/** See `http.FetchSettings`. */
export interface FetchSettings<R = never> {
  /** The path of the endpoint. Default `/mcp`. */
  readonly path?: string | undefined
  /**
   * The names by which clients may reach the server, with or without a port, against DNS rebinding; `"any"` looks at none. Default: those
   * of this machine where it listens there only, else `host`; a server on every address, or without one, needs this or a token.
   */
  readonly hosts?: ReadonlyArray<string> | "any" | undefined
  /**
   * The pages whose scripts may ask, as names or whole origins; `"any"` looks at none. What comes from no page is not held back by
   * it. Default: those of this machine where it listens there only, else none.
   */
  readonly origins?: ReadonlyArray<string> | "any" | undefined
  /** The one token that clients send (`Authorization: Bearer`). Default: none. */
  readonly token?: string | Redacted.Redacted<string> | undefined
  /** Says whose tokens are valid. Default: whoever reaches the server may call its tools. */
  readonly auth?: Auth | undefined
  /**
   * Keeps a session with clients of the protocols until 2025-11-25, so that a tool can ask them something, a cancel reaches its call and a
   * lost stream can be taken up again. Default `false`: each request is served alone, by any of several processes.
   */
  readonly sessions?: Sessions | boolean | undefined
  /** Answers calls of the protocols until 2025-11-25 over streams, so that progress reaches the client. Default `true`. */
  readonly streams?: boolean | undefined
  /** Bounds what a client may send, and how much is done at once. */
  readonly requests?: Limits | undefined
  /**
   * Names the checks that `/ready` asks: an effect that fails, takes longer than 2 s, returns `false`, or a `Health` of which a circuit is open,
   * is not ready. Default: none.
   */
  readonly ready?: Readonly<Record<string, Check<R>>> | undefined
  /** Serves `/metrics` for Prometheus: what `Telemetry.layer`, in the runtime, counts. Default `true`. */
  readonly metrics?: boolean | undefined
  /**
   * Serves the operator's page at `/console`: `true`, or a `Console` that you made, to merge its layer into runtimes of your own: with a factory those
   * see the calls.
   * Only on this machine's own address, or with a token, which a browser sends as the password. Default: `false`.
   */
  readonly console?: boolean | Console | undefined
  /** Serves other paths, and everything below them, with a token where the endpoint needs one. Default: none. */
  readonly pages?: Readonly<Record<string, Page>> | undefined
  /** The generation of the official SDK that serves. Default: 2 where it is installed, else 1; with a factory, that of its servers. */
  readonly sdk?: 1 | 2 | undefined
  /** Tells clients of the newest protocol what changes: SDK 2.x's `ServerEventBus`. Default: one that nobody tells anything. */
  readonly bus?: EventBus | undefined
  /** Takes a line of the log, without its end. Default: stderr. */
  readonly write?: ((line: string) => void) | undefined
}

/** See `http.ServeSettings`. */
export interface ServeSettings<R = never> extends FetchSettings<R> {
  /** The port to listen on. Default 0: one that is free. */
  readonly port?: number | undefined
  /** The address to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string | undefined
  /** Shares the port with other processes that do the same (`SO_REUSEPORT`; not on Windows and macOS). Default `false`. */
  readonly sharesPort?: boolean | undefined
  /** The time that calls may go on when the server is asked to end. Default 10 s. */
  readonly drain?: Duration.Input | undefined
  /** The time for which requests are still taken after `/ready` has begun to say 503, for a load balancer to notice. Default none. */
  readonly drainDelay?: Duration.Input | undefined
  /**
   * Ends the process on SIGTERM, SIGINT and SIGHUP when the calls are answered, and keeps it alive when something throws that no call waits
   * for. Default `true`; `false` leaves both to whoever calls `close`.
   */
  readonly ownsProcess?: boolean | undefined
  /** Says how much may go wrong outside all calls before the process ends. */
  readonly uncaught?: Uncaught | undefined
  /**
   * Says when the event loop counts as blocked: the log then tells the calls in flight and the place in the code, and a process whose loop
   * stays blocked ends with 75. `false` watches nothing, as `ownsProcess: false` does. Default: `{}`.
   */
  readonly watchdog?: Watchdog | false | undefined
}
