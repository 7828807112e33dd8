/**
 * Serves the fixtures of the official conformance suite with SDK 2.x, in both protocol eras:
 * `node packages/examples/src/conformance/main-server.ts --port 3000`.
 *
 * The revision 2026-07-28 knows no sessions: every request gets a server of its own. Older clients get sessions, since a tool
 * cannot ask them anything otherwise: their answer would arrive at another server.
 */
import { serve } from "@errata/mcp-adapter/http"
import { InMemoryServerEventBus } from "@modelcontextprotocol/server"
import { portFrom } from "./port.ts"
import { factory } from "./server.ts"

const bus = new InMemoryServerEventBus()

await serve(factory(bus), { port: portFrom(process.argv.slice(2)), sessions: true, bus })
