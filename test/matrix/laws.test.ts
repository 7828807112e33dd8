/** Whatever the kind of reply, the profile and the host: a model can read what it needs, and is not flooded. */
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { replicas } from "./replicas.ts"
import { call, type Kind, kinds, profiles } from "./replies.ts"

const hosts = Object.keys(replicas)

const asText = (read: unknown): string => typeof read === "string" ? read : JSON.stringify(read)

/** What is left of a text when hosts have escaped it once more, or removed its quotes. */
const bare = (text: string): string => text.replace(/[\\"]/g, "")

/** What each host shows of a kind of reply. */
const shown = async (kind: Kind, options: Handler.Options) => {
  const called = await call(kind, options)
  const { _meta: meta, isError } = called.result
  const reference = (Meta.problem(meta) ?? Meta.call(meta))?.reference_id
  return {
    isError: isError === true,
    reference,
    texts: new Map(hosts.map((host) => [host, asText(replicas[host]!(called))]))
  }
}

describe.each(Object.entries(profiles))("in the profile %s", (_, options) => {
  it.each(Object.entries(kinds))("every host shows of %s what a model needs", async (_, kind) => {
    const { isError, reference, texts } = await shown(kind, options)
    const facts = reference === undefined ? kind.facts : [...kind.facts, reference]
    if (isError) expect(reference).toMatch(/^[0-9a-f]{8}$/)
    for (const [host, text] of texts) {
      const missing = facts.filter((fact) => !bare(text).includes(bare(fact)))
      expect([host, missing]).toEqual([host, []])
    }
  })

  it.each(Object.entries(kinds))("no host takes %s for something else", async (_, kind) => {
    for (const text of (await shown(kind, options)).texts.values()) {
      expect(text).not.toContain("does not match the tool's output schema")
      expect(text).not.toContain("hunter2")
    }
  })
})

describe.each(Object.entries(profiles))("400 items that failed, in the profile %s", (_, options) => {
  it("stay under 4,000 characters in every host", async () => {
    const { texts } = await shown(kinds["400 items that failed"]!, options)
    for (const [host, { length }] of texts) {
      expect([host, length < 4000]).toEqual([host, true])
    }
  })
})

describe("docs/guides/profiles.md", () => {
  const page = readFileSync(new URL("../../docs/guides/profiles.md", import.meta.url), "utf8")

  const lengths = async (kind: string, profile: keyof typeof profiles) =>
    new Map([...(await shown(kinds[kind]!, profiles[profile])).texts].map(([host, { length }]) => [host, length]))

  it("says how many characters each host makes of an error", async () => {
    const columns = await Promise.all([
      lengths("an error", "text"),
      lengths("an error", "text, minimal"),
      lengths("an error", "structured"),
      lengths("an error", "JSON"),
      lengths("400 items that failed", "text")
    ])
    const numbers = (host: string) => columns.map((column) => column.get(host)!.toLocaleString("en"))
    const rows = hosts.map((host) => `| ${[host, ...numbers(host)].join(" | ")} |`)
    expect(page).toContain(`\n${rows.join("\n")}\n`)
  })
})
