/** Tools that fail as their arguments say: one for each group of classes and each profile. */
import * as Tool from "@errata/core/Tool"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Served } from "../matrix/servers.ts"
import { groups } from "./classes.ts"
import { make } from "./errors.ts"

export const profiles = {
  text: {},
  structured: { structuredErrors: true },
  json: { render: "json" }
} satisfies { readonly [name: string]: Handler.Options }

export type Profile = keyof typeof profiles

const failing = (group: string, profile: Profile) =>
  Tool.make(`${group}_${profile}`, {
    description: "Fails as it is told.",
    input: Schema.Struct({ which: Schema.String, fields: Schema.Json }),
    output: Schema.Struct({ never: Schema.String }),
    errors: groups[group]!,
    safety: "once"
  })

/** The tool of a group in a profile. */
export const toolOf = (group: string, profile: Profile): ReturnType<typeof failing> => tools.get(`${group}_${profile}`)!

const tools = new Map(
  Object.keys(groups).flatMap((group) =>
    (Object.keys(profiles) as ReadonlyArray<Profile>).map((profile) => {
      const tool = failing(group, profile)
      return [tool.name, tool] as const
    })
  )
)

const handled = (group: string, profile: Profile): Tool.Handled =>
  Tool.handle(toolOf(group, profile), ({ fields, which }) =>
    Effect.suspend(() => {
      const Class = groups[group]!.find(({ identifier }) => identifier === which)!
      return Effect.fail(make({ group, Class, fields }))
    })) as Tool.Handled

/** What every host serves, so that one server answers in every profile. */
export const served: ReadonlyArray<Served> = (Object.keys(profiles) as ReadonlyArray<Profile>).map((profile) => [
  Object.keys(groups).map((group) => handled(group, profile)),
  { ...profiles[profile], logsCalls: false }
])
