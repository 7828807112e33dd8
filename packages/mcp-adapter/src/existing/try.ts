/**
 * Tries the toolkit on a server that exists, without a changed line of it: `node --import @errata/mcp-adapter/try server.js`.
 *
 * The server runs as it did. Every `McpServer` or `Server` of either official SDK that connects is adopted in shadow mode: its
 * replies stay byte for byte, and a comparison of what models read today with what they would read is written to stderr when
 * the process ends. Nothing is ever written to stdout.
 *
 * ```sh
 * node --import @errata/mcp-adapter/try server.js
 * ERRATA_TRY_REPORT=says.json node --import @errata/mcp-adapter/try server.js
 * ERRATA_TRY=apply node --import @errata/mcp-adapter/try server.js
 * NODE_OPTIONS="--import=/path/to/node_modules/@errata/mcp-adapter/dist/existing/try.js" npx -y some-server
 * ```
 *
 * **Details**
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | `ERRATA_TRY` | `shadow` | `apply` adopts in earnest, with every default of `adoptServer`; `off` does nothing |
 * | `ERRATA_TRY_REPORT` | stderr | the file that the comparison is written to, as JSON if its name ends in `.json`; `{pid}` stands for the process |
 *
 * The comparison is written at the end of the process: when it exits, when its stdin closes, when it crashes, at SIGTERM, SIGINT
 * and SIGHUP, each of which does what it did before; and at SIGUSR2, after which the server goes on. A file is written while the
 * server runs too, a second after something new was seen, so that SIGKILL loses little. See `Comparison` for what is in it.
 *
 * It works by changing the SDK's text as Node loads it, ESM and CommonJS, wherever it lies: two calls are put in, where a server
 * connects and where an `McpServer` makes its `Server`. With `module.registerHooks` (Node 22.15 and later) that is done in the
 * same thread; before, `module.register` does it.
 *
 * Whose words a message is goes by the package of the entry script.
 *
 * **Gotchas**
 *
 * Not seen are servers of other libraries, an SDK that was loaded before this module, an SDK compiled to ES5 or with renamed
 * methods, one in a snapshot or a single executable. One sentence on stderr says so.
 *
 * A server that sends its own stack traces sends one frame of ours in them.
 *
 * nodemon restarts with SIGUSR2, which no longer ends the process: run it with `--signal SIGTERM`.
 *
 * @since 0.1.0
 */
import { writeLine } from "../call/internal/stderr.ts"
import { begin } from "./internal/try/begin.ts"
import type { NodeProcess } from "./internal/try/process.ts"

const { process } = globalThis as unknown as { readonly process?: NodeProcess }

try {
  if (process === undefined) throw new Error("It needs Node.")
  begin(process)
} catch (failure) {
  writeLine(`errata try: the server runs as it is. ${failure instanceof Error ? failure.message : ""}`)
}
