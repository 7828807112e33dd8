/** The law `decode(call) = redact(error)`: for every class, through every host, transport and profile. */
import { describe, expect, it } from "@effect/vitest"
import * as Redaction from "@errata/core/Redaction"
import type * as ToolError from "@errata/core/ToolError"
import * as Files from "@errata/examples/files/errors"
import * as Client from "@errata/mcp-adapter/Client"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { afterAll, beforeAll } from "vitest"
import { runs } from "../core/support/arbitraries.ts"
import type { Connection, Result as Received } from "../hosts/hosts.ts"
import { declared } from "./classes.ts"
import { connections } from "./connections.ts"
import { any, anyOf, confidential, make, publicFields, redacted, type Wanted } from "./errors.ts"
import { type Profile, profiles, toolOf } from "./tools.ts"

/** What a client makes of a result. */
const decoded = (result: Received, wanted: Wanted, profile: Profile): ToolError.Any | undefined => {
  const decoded = Client.decode(result as Client.ResultLike, toolOf(wanted.group, profile))
  return Result.isFailure(decoded) ? decoded.failure : undefined
}

/** It is the error, without what must not leave. */
const expectBack = (result: Received, wanted: Wanted, profile: Profile): void => {
  const back = decoded(result, wanted, profile)
  expect(back?.constructor).toBe(wanted.Class)
  expect(publicFields(back!)).toEqual(redacted(make(wanted)))
}

/** What is left of a result behind proxies and hosts that keep only a part of it. */
const remains: { readonly [P in Profile]: (result: Received) => ReadonlyArray<Received> } = {
  text: () => [],
  structured: ({ _meta, content, ...rest }) => [{ ...rest, content }, { ...rest, content: [] }],
  json: ({ _meta, ...rest }) => [rest]
}

const expectLaw = async (connection: Connection, profile: Profile, wanted: Wanted): Promise<void> => {
  const args = { which: wanted.Class.identifier, fields: wanted.fields }
  const result = await connection.call(toolOf(wanted.group, profile).name, args)
  expect(result["isError"]).toBe(true)
  expect(JSON.stringify(result)).not.toContain(confidential)
  expect("structuredContent" in result).toBe(profile === "structured")
  expectBack(result, wanted, profile)
  for (const remaining of remains[profile](result)) expectBack(remaining, wanted, profile)
}

describe.each(connections)("decode(call) = redact(error) through %s", (_, open) => {
  let connection: Connection
  beforeAll(async () => {
    connection = await open()
    await connection.list()
  })
  afterAll(() => connection.close())

  describe.each(Object.keys(profiles) as ReadonlyArray<Profile>)("profile %s", (profile) => {
    it("for every class", async () => {
      for (const which of declared) {
        const [wanted] = await Effect.runPromise(Arbitrary.sampleEffect(anyOf(which), { count: 1, size: 5, seed: 3 }))
        await expectLaw(connection, profile, wanted!)
      }
    })

    it.effect.prop(
      "for any error",
      [any],
      ([wanted]) => Effect.promise(() => expectLaw(connection, profile, wanted)),
      runs(40)
    )
  })

  it("as far as anything is left to decode", async () => {
    const wanted = { group: "files", Class: Files.PathNotFound, fields: { path: "a/b" } }
    const args = { which: "PathNotFound", fields: wanted.fields }
    const { _meta, ...result } = await connection.call(toolOf("files", "text").name, args)
    const error = decoded(result, wanted, "text") // lines for a model: a family, and words
    expect(error).toBeInstanceOf(Client.RemotePermanent)
    expect(error?.message).toContain("Path a/b not found")
  })
})

describe("the errors that are tried", () => {
  it("are of every stock class, and of every example", () => {
    expect(declared.length).toBe(28 + 8 + 7 + 7 + 10 + 2)
    expect(new Set(declared.map(({ Class }) => Class.identifier)).size).toBe(declared.length)
  })

  it("come with what JSON does not have, with secrets and with control characters", async () => {
    const sample = await Effect.runPromise(Arbitrary.sampleEffect(any, { count: 800, seed: 1 }))
    const seen = JSON.stringify(sample.map(({ fields }) => fields))
    for (const wanted of ["\"NaN\"", "\"-Infinity\"", confidential, "\\u0000", "\\ud800", "x y ".repeat(2_000)]) {
      expect(seen).toContain(wanted)
    }
    const masked = sample.filter((wanted) => JSON.stringify(redacted(make(wanted))).includes(Redaction.mask))
    expect(masked.length).toBeGreaterThan(50)
  })
})
