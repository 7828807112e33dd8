#!/usr/bin/env node
/** Serves the tools over stdio. */
import { serve } from "@errata/mcp-adapter/stdio"
import { handlers } from "./handlers.ts"
import { inMemory } from "./Notes.ts"

await serve({ name: "my-mcp-server", version: "0.1.0", tools: handlers, layer: inMemory })
