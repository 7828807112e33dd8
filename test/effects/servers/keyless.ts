/**
 * Charges users by a tool of Errata that takes no key: what it cannot know, it says.
 */
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import { serve } from "@errata/mcp-adapter/stdio"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DatabaseSync } from "node:sqlite"

const database = new DatabaseSync(process.env["CHARGES"]!, { timeout: 10_000 })

const chargeUser = Tool.make("charge_user", {
  description: "Charges a user.",
  input: { user_id: Schema.String, amount: Schema.Finite, order: Schema.String },
  safety: "once",
  effects: "marked"
})

const handled = Tool.handle(chargeUser, ({ amount, order }) =>
  ToolCall.irreversible(
    Effect.sync(() => void database.prepare("INSERT INTO charges VALUES (?, ?)").run(order, amount))
  ))

await serve({ name: "keyless", version: "0.1.0", tools: [handled], layer: Layer.empty })
