/** A toolkit of effect's that says what is asked of it, adopted. */
import * as EffectHost from "@errata/mcp-adapter/effect"
import type * as Handler from "@errata/mcp-adapter/Handler"
import type * as McpServer from "effect/ai/McpServer"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { saidAt } from "./texts.ts"

class Refused
  extends Schema.TaggedError<Refused>()("Refused", { text: Schema.String, list: Schema.Array(Schema.String) })
{
  override readonly message = `It says ${this.text}`
}

const parameters = Schema.Struct({ at: Schema.optionalKey(Schema.Int) })
const Kit = Toolkit.make(
  Tool.make("refuses", { parameters, failure: Refused }),
  Tool.make("breaks", { parameters, failure: Refused })
)

/** What is called of it. */
export const toolkitCalls = ["refuses", "breaks"] as const

const handlers = Kit.toLayer({
  refuses: ({ at }) =>
    Effect.suspend(() => {
      const { text } = saidAt(at)
      return Effect.andThen(
        Effect.logWarning(text, { note: text }),
        Effect.fail(new Refused({ text, list: [text] }))
      )
    }),
  breaks: ({ at }) =>
    Effect.suspend(() => {
      const { text } = saidAt(at)
      return Effect.die(Object.assign(new Error(text, { cause: text }), { info: text }))
    })
})

export const toolkit = (options: Handler.Options): Layer.Layer<never, never, McpServer.McpServer> => {
  const { structuredErrors: _, ...rest } = options
  return Layer.provide(EffectHost.adoptToolkit(Kit, { ...rest, expose: [Refused] }), handlers)
}
