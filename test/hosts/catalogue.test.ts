/** The errors of a tool in the listing of every host, where that is asked for. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { hosts } from "./hosts.ts"

const get = Tool.handle(
  Tool.make("get", {
    description: "d",
    input: { id: Schema.String },
    errors: [Errors.NotFound, Errors.Unavailable],
    safety: "read"
  }),
  () => Effect.fail(new Errors.NotFound({ resource: "User" }))
)
const ping = Tool.handle(Tool.make("ping", { description: "d", safety: "read" }), () => Effect.void)

describe.each(hosts)("%s", (_, connect) => {
  it("lists errors where that is asked for, under the prefix of its options", async () => {
    const connection = await connect([get, ping], { catalogue: true, metaPrefix: "shop/" })
    const tools = Object.fromEntries((await connection.list()).map((tool) => [tool.name, tool]))
    expect(tools["get"]!["_meta"]).toEqual({
      "shop/errors": [
        {
          error: "NotFound",
          type: "not_found",
          category: "permanent",
          when: "A lookup by id, name or path finds nothing",
          resolved_by: "model"
        },
        {
          error: "Unavailable",
          type: "unavailable",
          category: "transient",
          when: "A service is down, restarting or under maintenance",
          resolved_by: "wait"
        }
      ]
    })
    expect(tools["ping"]!["_meta"]).toBeUndefined()
    await connection.close()
  })

  it("lists none by default", async () => {
    const connection = await connect([get], {})
    expect((await connection.list())[0]!["_meta"]).toBeUndefined()
    await connection.close()
  })
})
