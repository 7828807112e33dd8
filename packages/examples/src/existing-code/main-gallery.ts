/**
 * Adopts six servers, each in a style that is met in the field: `node packages/examples/src/existing-code/main-gallery.ts`.
 *
 * The same session is played before and after one line is added. What succeeds, and the listing, stay the same; every sentence
 * that an author wrote for a model is still there; no secret goes out, to the client or to the log. Every claim is counted and
 * asserted. With `unadopted` or `declared` as an argument the servers are left as they are, or keep no author's words: then it
 * fails.
 */
import { log } from "./log.ts" // first

import { prepare } from "@errata/mcp-adapter/adopt"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import assert from "node:assert/strict"
import { envelope } from "./gallery/envelope.ts"
import { factory } from "./gallery/factory.ts"
import { lowLevel } from "./gallery/lowLevel.ts"
import { returnsErrors } from "./gallery/returnsErrors.ts"
import type { Failure, Scene } from "./gallery/Scene.ts"
import { throwsErrors } from "./gallery/throwsErrors.ts"
import { zod3 } from "./gallery/zod3.ts"

const [, , how] = process.argv
const adopt = how === "unadopted"
  ? () => undefined
  : prepare({ service: "The service", ...how === "declared" ? { expose: "declared" } : {} })

const scenes: ReadonlyArray<Scene> = [throwsErrors, returnsErrors, lowLevel, envelope, zod3, factory]

interface Reply {
  /** Everything that the client received. */
  readonly whole: string
  /** The texts of it. */
  readonly text: string
}

const read = ({ content = [], ...rest }: { readonly content?: unknown; readonly [key: string]: unknown }): Reply => {
  const text = (content as ReadonlyArray<{ readonly text?: string }>).map((block) => block.text).join("\n")
  return {
    whole: JSON.stringify({ content, ...rest }),
    text: `${text}\n${JSON.stringify(rest["structuredContent"]) ?? ""}`
  }
}

const play = async ({ fails, make, works }: Scene, adopt: (server: never) => void) => {
  const server = make(adopt)
  const client = new Client({ name: "gallery", version: "0.1.0" })
  const [theirs, ours] = InMemoryTransport.createLinkedPair()
  await server.connect(theirs)
  await client.connect(ours)
  const call = ({ args = {}, tool }: Pick<Failure, "tool" | "args">) => client.callTool({ name: tool, arguments: args })
  const listing = await client.listTools()
  const successes: Array<unknown> = []
  for (const step of works) successes.push(await call(step))
  const failures: Array<Reply> = []
  for (const step of fails) {
    failures.push(
      await call(step).then(read, (error: Error & { data?: unknown }) => ({
        whole: `${error.message} ${JSON.stringify(error.data)}`,
        text: error.message
      }))
    )
  }
  await client.close()
  await server.close()
  return { listing, successes, failures }
}

/** Returns what of some words is in the replies. */
const found = (replies: ReadonlyArray<Reply>, fails: ReadonlyArray<Failure>, of: "says" | "leaks") =>
  fails.flatMap((failure, i) =>
    (failure[of] ?? []).filter((word) => replies[i]![of === "says" ? "text" : "whole"].includes(word)).map((word) =>
      `${failure.tool}: ${word}`
    )
  )

const all = (fails: ReadonlyArray<Failure>, of: "says" | "leaks") =>
  fails.flatMap((failure) => (failure[of] ?? []).map((word) => `${failure.tool}: ${word}`))

for (const scene of scenes) {
  const { fails, style, works } = scene
  log.length = 0
  const before = await play(scene, () => undefined)
  const after = await play(scene, adopt as never)

  assert.deepEqual(after.listing, before.listing)
  assert.deepEqual(after.successes, before.successes)
  assert.deepEqual(found(before.failures, fails, "says"), all(fails, "says"), "the sentences were there")
  assert.deepEqual(found(after.failures, fails, "says"), all(fails, "says"), "no sentence is lost")
  assert.deepEqual(found(before.failures, fails, "leaks"), all(fails, "leaks"), "the secrets went out")
  assert.deepEqual(found(after.failures, fails, "leaks"), [], "no secret goes out")
  const secrets = fails.flatMap(({ leaks = [] }) => leaks).filter((secret) => !/^[\d.]+$|\.internal$/.test(secret))
  assert.deepEqual(secrets.filter((secret) => log.join("").includes(secret)), [], "nor is it in the log")

  const references = after.failures.flatMap(({ text }) => /\nReference: ([0-9a-f]{8})/.exec(text)?.[1] ?? [])
  assert.deepEqual(references.filter((reference) => !log.join("").includes(reference)), [])
  assert.ok(references.length >= fails.length - 1, "all but an unknown tool have a reference")
  console.log(
    `ok: ${style}: ${works.length} successes as before, ${all(fails, "says").length} of ${
      all(fails, "says").length
    } sentences kept, ` +
      `${
        all(fails, "leaks").length
      } secrets out before and 0 after, ${references.length} of ${fails.length} failures with a reference`
  )
}
