import type * as Context from "effect/Context"
import type { Console } from "../../Console.ts"
import type { LogLine } from "../log.ts"
import type { Page } from "./app.ts"
import { isLoopback } from "./hosts.ts"

/** Says where the operator's page would stand. */
interface Place {
  readonly name: string
  readonly host: string
  readonly isAuthenticated: boolean
  /** Is true where servers are made by a factory, with runtimes of its own. */
  readonly hasFactory: boolean
  readonly log: LogLine
}

/** Holds the services, watched where there is a console, and its page. */
interface Watched {
  readonly context: Context.Context<never>
  readonly pages: Readonly<Record<string, Page>>
}

/** Mounts the operator's page. Only who is on this machine, or has a token, may see it. */
export const withConsole = async (
  context: Context.Context<never>,
  asked: boolean | Console | undefined,
  { hasFactory, host, isAuthenticated, log, name }: Place
): Promise<Watched> => {
  if (asked === undefined || asked === false) return { context, pages: {} }
  if (!isAuthenticated && !isLoopback(host)) {
    throw new TypeError(
      "The console shows what only an operator may see: pass `token` or `auth`, or listen on 127.0.0.1"
    )
  }
  if (asked === true && hasFactory) {
    log({
      level: "Warn",
      message:
        "the console sees no calls of a factory's servers: pass one of Console.make, and merge its layer into their runtime"
    })
  }
  const console = asked === true ? (await import("../../Console.ts")).make({ name }) : asked
  return { context: console.watch(context), pages: { "/console": console.handler } }
}
