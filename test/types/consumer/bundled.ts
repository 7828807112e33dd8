/** The options of a published bundle take what the user's own copies of effect and core make. */
import * as Errors from "@errata/core/Errors"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { classified, type Options, wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer } from "@modelcontextprotocol/server"
import * as Duration from "effect/Duration"

const options: Options = {
  timeout: Duration.seconds(5),
  progressTimeout: "1 minute",
  redactor: Redaction.standard,
  limits: { ...Limits.defaults, message: 400 },
  classify: (failure) => failure === "gone" ? new Errors.NotFound({ resource: "Order" }) : undefined
}

export const handler = wrapHandler(async () => "done", options)
export const error: Errors.NotFound | undefined = [classified("gone", options)].find((e) =>
  e instanceof Errors.NotFound
)
adoptServer(new McpServer({ name: "shop", version: "1.0.0" }), options)
