/** In development a host logs what it finds wrong with tools, once, and refuses nothing for it. */
import * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import { afterEach, describe, expect, it, vi } from "vitest"
import { takeStderr } from "../support/stderr.ts"
import { hosts } from "./hosts.ts"

const restore: Array<() => void> = []
afterEach(() => {
  for (const back of restore.splice(0)) back()
})

const toolOf = (name: string) =>
  Tool.handle(Tool.make(name, { description: "Hardly anything", safety: "read" }), () => Effect.void)

const findings = (lines: ReadonlyArray<string>) =>
  lines.filter((line) => line.includes("description_short")).map((line) =>
    JSON.parse(line) as { readonly [name: string]: unknown }
  )

describe.each(hosts)("%s", (host, connect) => {
  const name = `check_${host.replaceAll(/[^a-z0-9]+/gi, "_")}`

  it("logs each finding once, and serves the tool", async () => {
    const lines: Array<string> = []
    restore.push(takeStderr((text) => lines.push(text)))
    for (let i = 0; i < 2; i++) {
      const connection = await connect([toolOf(name)], { isDebugging: true })
      expect((await connection.list()).map((tool) => tool.name)).toEqual([name])
      await connection.close()
    }
    await vi.waitFor(() => expect(findings(lines)).toHaveLength(1))
    expect(findings(lines)[0]).toMatchObject({
      level: "Warn",
      tool: name,
      code: "description_short",
      severity: "warning"
    })
  })

  it("says nothing otherwise", async () => {
    const lines: Array<string> = []
    restore.push(takeStderr((text) => lines.push(text)))
    const connection = await connect([toolOf(`${name}_2`)], { isDebugging: false })
    await connection.list()
    await connection.close()
    expect(findings(lines)).toEqual([])
  })
})
