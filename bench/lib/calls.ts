import assert from "node:assert/strict"
import { connect, type Server } from "./connect.ts"
import type { CallTool, Result } from "./session.ts"
import type { Variant } from "./stats.ts"

/** Calls the tool `add` of a server, one call after the other, once its first answer was looked at. */
export const calls = async (
  name: string,
  server: Server,
  args: object,
  check: (result: Result) => void
): Promise<Variant> => callsOf(name, await connect(server), args, check)

/** Returns the same for a server that is connected. */
export const callsOf = async (
  name: string,
  call: CallTool,
  args: object,
  check: (result: Result) => void
): Promise<Variant> => {
  check(await call("add", args))
  const run = async (times: number) => {
    for (let i = 0; i < times; i++) await call("add", args)
  }
  return { name, run }
}

export const sumIs = (sum: number) => (result: Result): void => assert.deepEqual(result.structuredContent, { sum })

export const isError = (result: Result): void => assert.equal(result.isError, true)
