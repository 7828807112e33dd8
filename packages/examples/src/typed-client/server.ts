/**
 * Serves the press of the story over stdio: `node packages/examples/src/typed-client/server.ts`.
 */
import * as Layer from "effect/Layer"
import { main } from "../shared/main.ts"
import { press } from "./press.ts"

await main({ name: "press", load: () => ({ tools: press(), layer: Layer.empty }) })
