/**
 * Serves the fixtures of the official conformance suite with SDK 1.x, over Streamable HTTP with sessions:
 * `node packages/examples/src/conformance/main-sdk.ts --port 3000`.
 */
import { serve } from "@errata/mcp-adapter/http"
import { portFrom } from "./port.ts"
import { make } from "./sdk.ts"

await serve(() => make(), { port: portFrom(process.argv.slice(2)), sessions: true })
