/**
 * Serves the press of the story over stdio: `node packages/examples/src/typed-client/server.ts`.
 */
import * as Layer from "effect/Layer"
import { serve } from "../shared/serve.ts"
import { press } from "./press.ts"

await serve({ name: "press", tools: press(), layer: Layer.empty })
