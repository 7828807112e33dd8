/**
 * Defines the tools of the suite that need nothing of an SDK: any host of the adapter serves them.
 */
import * as Tool from "@errata/core/Tool"
import { type ContentBlock, ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Content from "./content.ts"

/** Makes a tool whose whole reply is what it attaches. */
const returning = (name: string, description: string, ...blocks: ReadonlyArray<ContentBlock>): Tool.Handled =>
  Tool.handle(
    Tool.make(name, { description, safety: "read" }),
    () => ToolCall.use((call) => Effect.forEach(blocks, call.attach, { discard: true }))
  )

class IntendedError extends ToolError.Permanent<IntendedError>()("IntendedError", {}, {
  type: "processing_error",
  message: () => "This tool intentionally returns an error for testing"
}) {}

const failing = Tool.handle(
  Tool.make("test_error_handling", { description: "Fails.", errors: [IntendedError], safety: "read" }),
  () => Effect.fail(new IntendedError())
)

const progressing = Tool.handle(
  Tool.make("test_tool_with_progress", {
    description: "Tells how far it has come.",
    output: Schema.String,
    safety: "read"
  }),
  () =>
    Effect.gen(function*() {
      const { progress } = yield* ToolCall
      yield* progress({ progress: 0, total: 100 })
      yield* Effect.sleep("50 millis")
      yield* progress({ progress: 50, total: 100 })
      yield* Effect.sleep("50 millis")
      yield* progress({ progress: 100, total: 100 })
      return "Told three times."
    })
)

export const tools: ReadonlyArray<Tool.Handled> = [
  returning("test_simple_text", "Returns text.", Content.text("This is a simple text response for testing.")),
  returning("test_image_content", "Returns an image.", Content.image),
  returning("test_audio_content", "Returns audio.", Content.audio),
  returning(
    "test_embedded_resource",
    "Returns a resource.",
    Content.resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")
  ),
  returning(
    "test_multiple_content_types",
    "Returns text, an image and a resource.",
    Content.text("Multiple content types test:"),
    Content.image,
    Content.resource("test://mixed-content-resource", "application/json", "{\"test\":\"data\",\"value\":123}")
  ),
  failing,
  progressing
]
