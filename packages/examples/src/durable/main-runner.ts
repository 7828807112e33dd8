/**
 * Does the shop's work beside its servers, and serves nobody: one more process is one more of these.
 *
 *     ENGINE=postgres://postgres@127.0.0.1/postgres PORT=34431 node packages/examples/src/durable/main-runner.ts
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "./engine.ts"

const stop = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort())

// a runner that stops gives its runs away: the others go on at once
await Effect.runPromiseExit(Layer.launch(await layer()), { signal: stop.signal })
