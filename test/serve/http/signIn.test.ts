/** Tools that find a client's token wanting, over HTTP: the status and header that make it sign in again. */
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as Raise from "@errata/core/Raise"
import * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import { type Auth, serve } from "@errata/mcp-adapter/http"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { assert, describe, it, onTestFinished } from "vitest"
import { callOf, messages, post } from "./support/ask.ts"
import { sdks } from "./support/server.ts"

const auth: Auth = {
  verify: async () => ({ clientId: "ada", scopes: ["mail"] }),
  scopes: ["mail"],
  resourceMetadata: { resource: "https://mcp.example.com/mcp", authorization_servers: ["https://login.example.com"] }
}
const metadata = "resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\""

const raised: { readonly [how: string]: ToolError.Any } = {
  scopes: Raise.permissionDenied("send", "mail", { scopes: ["mail.send"] }),
  signedOut: Raise.unauthenticated("The mailbox"),
  upstream: Classifier.unknown({ service: "The mailbox" })({ status: 401 })!
}
const fails = Tool.make("fails", {
  description: "Fails.",
  input: { how: Schema.String },
  errors: [Errors.PermissionDenied, Errors.Unauthenticated],
  safety: "read"
})
const tools = [Tool.handle(fails, ({ how }) => Effect.fail(raised[how]!) as never)]

describe.each(sdks)("SDK %i", (sdk) => {
  it.each<[how: string, status: number, header: string | null]>([
    [
      "scopes",
      403,
      `Bearer error="insufficient_scope", error_description="No permission to send mail", scope="mail.send", ${metadata}`
    ],
    [
      "signedOut",
      401,
      `Bearer error="invalid_token", error_description="The mailbox did not accept the credentials", scope="mail", ${metadata}`
    ],
    ["upstream", 200, null]
  ])("%s", async (how, status, header) => {
    const running = await serve(
      { name: "mail", version: "1.0.0", tools, auth, sdk, ownsProcess: false, write: () => undefined, logsCalls: false }
    )
    onTestFinished(running.close)
    const response = await post(running.url, callOf("fails", { how }), { authorization: "Bearer right" })
    assert.strictEqual(response.status, status)
    assert.strictEqual(response.headers.get("www-authenticate"), header)
    const [{ result }] = await messages(response)
    assert.strictEqual(result.isError, true)
    assert.include(result.content[0].text, "\nReference: ")
  })
})
