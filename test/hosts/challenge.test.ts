/** Errors about a client's credentials, on every host: what asks it to sign in again. */
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as Raise from "@errata/core/Raise"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { hosts } from "./hosts.ts"

class NotYours extends ToolError.Permanent<NotYours>()("NotYours", {
  required_scopes: Schema.Array(Schema.String),
  resource_metadata: Schema.String
}, { type: "permission_denied", message: () => "Say \"please\" \\ and\nsign in" }) {}

const metadata = "https://api.example.com/.well-known/oauth-protected-resource"
const token = `ghp_${"a1B2".repeat(9)}`

const raised: { readonly [key: string]: ToolError.Any } = {
  signedOut: Raise.unauthenticated("The shop"),
  scopes: Raise.permissionDenied("read", "the mail", { scopes: ["mail.read", "bad\"scope", token] }),
  own: new NotYours({ required_scopes: ["a", "b"], resource_metadata: metadata }),
  hostile: new NotYours({ required_scopes: ["x\r\nSet-Cookie: a=b"], resource_metadata: "javascript:alert(1)" }),
  denied: Raise.permissionDenied("delete", "it", { required: "admin" }),
  upstream: Classifier.unknown({ service: "The service" })({ status: 401 })!,
  missing: new Errors.NotFound({ resource: "Page" })
}

const fails = Tool.make("fails", {
  description: "Fails.",
  input: { how: Schema.String },
  errors: [Errors.Unauthenticated, Errors.PermissionDenied, Errors.NotFound, NotYours],
  safety: "read"
})
const tools = [Tool.handle(fails, ({ how }) => Effect.fail(raised[how]!) as never)]

describe.each(hosts)("%s", (_, connect) => {
  const told = async (how: string, options = {}): Promise<unknown> => {
    const { call, close } = await connect(tools, { logsCalls: false, ...options })
    const { _meta, content } = await call("fails", { how }) as {
      readonly _meta: { readonly [key: string]: unknown }
      readonly content: unknown
    }
    await close()
    expect(JSON.stringify([_meta, content])).not.toContain(token)
    return _meta["mcp/www_authenticate"]
  }

  it.each<[string, ReadonlyArray<string> | undefined]>([
    ["signedOut", ["Bearer error=\"invalid_token\", error_description=\"The shop did not accept the credentials\""]],
    ["scopes", [
      "Bearer error=\"insufficient_scope\", error_description=\"No permission to read the mail\", scope=\"mail.read\""
    ]],
    ["own", [
      `Bearer error="insufficient_scope", error_description="Say 'please' ' and sign in", scope="a b", resource_metadata="${metadata}"`
    ]],
    ["hostile", ["Bearer error=\"insufficient_scope\", error_description=\"Say 'please' ' and sign in\""]],
    ["denied", undefined],
    ["upstream", undefined],
    ["missing", undefined]
  ])("%s", async (how, expected) => expect(await told(how)).toEqual(expected))

  it("says where and for what, if the error does not", async () => {
    const challenge = { resourceMetadata: metadata, scopes: ["shop"] }
    expect(await told("signedOut", { challenge })).toEqual([
      expect.stringContaining(`scope="shop", resource_metadata="${metadata}"`)
    ])
    expect(await told("scopes", { challenge })).toEqual([
      expect.stringContaining(`scope="mail.read", resource_metadata="${metadata}"`)
    ])
    expect(await told("denied", { challenge })).toBeUndefined()
    expect(await told("signedOut", { challenge, meta: "minimal", render: "json" })).toHaveLength(1)
  })
})
