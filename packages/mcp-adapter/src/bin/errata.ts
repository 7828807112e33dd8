#!/usr/bin/env node
/**
 * Reads the log of a server: `errata lookup <reference> <log>` tells the story of a call, `errata defects <log>` groups failures
 * that no tool declares.
 *
 * @since 0.1.0
 */
import { argv, exit, stderr, stdin, stdout } from "node:process"
import { main } from "./internal/main.ts"

stdout.on("error", () => exit(0)) // whoever reads has seen enough

process.exitCode = await main(argv.slice(2), {
  stdin,
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text)
})
