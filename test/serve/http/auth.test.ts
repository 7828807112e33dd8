/** Who may ask: every kind of token at every route, with both SDKs. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { type Auth, serve } from "@errata/mcp-adapter/http"
import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js"
import { OAuthError, OAuthErrorCode } from "@modelcontextprotocol/server"
import * as Effect from "effect/Effect"
import { assert, describe, it, onTestFinished } from "vitest"
import { callOf, initialize, messages, post } from "./support/ask.ts"
import { sdks, start } from "./support/server.ts"

const future = Date.UTC(2100, 0) / 1_000

const known: Readonly<Record<string, Awaited<ReturnType<Auth["verify"]>>>> = {
  right: {
    clientId: "ada",
    scopes: ["tools", "more"],
    expiresAt: future,
    resource: "https://mcp.example.com/mcp",
    extra: { sub: "u1" }
  },
  other: { clientId: "ada", scopes: ["tools"], extra: { sub: "u2" } },
  expired: { clientId: "ada", scopes: ["tools"], expiresAt: 1_000 },
  unclear: { clientId: "ada", scopes: ["tools"], expiresAt: Number.NaN },
  narrow: { clientId: "ada", scopes: ["more"] },
  elsewhere: { clientId: "ada", scopes: ["tools"], resource: new URL("https://other.example.com/mcp") },
  nobody: {} as never
}

const auth: Auth = {
  verify: async (token) => {
    if (token === "thrown1") throw new InvalidTokenError("revoked by hand on Tuesday")
    if (token === "thrown2") throw new OAuthError(OAuthErrorCode.InvalidToken, "revoked by hand on Tuesday")
    if (token === "down") throw new TypeError("fetch failed: https://keys.example.com sk_live_4eC39HqLyjWDarjtT1zdp7dc")
    return known[token]
  },
  scopes: ["tools"],
  resourceMetadata: {
    resource: "https://mcp.example.com/mcp",
    authorization_servers: ["https://login.example.com"]
  }
}

const metadataUrl = "resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\""
const invalid =
  `Bearer error="invalid_token", error_description="The access token is missing, malformed, expired or not valid here", scope="tools", ${metadataUrl}`

const cases: ReadonlyArray<readonly [header: string | undefined, status: number, challenge: string | null]> = [
  [undefined, 401, `Bearer scope="tools", ${metadataUrl}`],
  ["", 401, invalid],
  ["right", 401, invalid],
  ["Basic cmlnaHQ=", 401, invalid],
  ["Bearer", 401, invalid],
  ["Bearer ", 401, invalid],
  ["Bearer right right", 401, invalid],
  ["Bearer right, Bearer other", 401, invalid],
  ["Bearer \"right\"", 401, invalid],
  ["Bearer unknown", 401, invalid],
  ["Bearer RIGHT", 401, invalid],
  ["Bearer __proto__", 401, invalid],
  [`Bearer ${"x".repeat(9_000)}`, 401, invalid],
  ["Bearer expired", 401, invalid],
  ["Bearer unclear", 401, invalid],
  ["Bearer elsewhere", 401, invalid],
  ["Bearer nobody", 401, invalid],
  ["Bearer thrown1", 401, invalid],
  ["Bearer thrown2", 401, invalid],
  [
    "Bearer narrow",
    403,
    `Bearer error="insufficient_scope", error_description="The access token does not allow this", scope="tools", ${metadataUrl}`
  ],
  ["Bearer down", 503, null],
  ["Bearer right", 200, null],
  ["bearer  right", 200, null]
]

describe.each(sdks)("a server with SDK %i", (sdk) => {
  it.each(cases)("answers the token %j with %i", async (header, status, challenge) => {
    const { log, url } = await start({ sdk, auth, pages: { "/page": () => new Response("page") } })
    const headers: Record<string, string> = header === undefined ? {} : { authorization: header }
    const response = await post(url, callOf("ping"), headers)
    assert.strictEqual(response.status, status)
    assert.strictEqual(response.headers.get("www-authenticate"), challenge)
    assert.strictEqual((await fetch(new URL("/page", url), { headers })).status, status)
    assert.strictEqual((await fetch(new URL("/health", url), { headers })).status, 200)
    assert.strictEqual((await fetch(new URL("/ready", url), { headers })).status, 200)
    assert.strictEqual((await fetch(new URL("/nothing", url), { headers })).status, 404)
    assert.strictEqual((await fetch(url, { method: "PUT", headers })).status, status === 200 ? 405 : status)
    const text = await response.text()
    assert.notMatch(text + JSON.stringify(log), /Tuesday|keys\.example|sk_live/)
    if (status === 200) return
    const { error } = JSON.parse(text) as { error: { message: string; data: { reference_id: string } } }
    assert.include([
      "A valid access token is required",
      "The access token does not allow this",
      "The access token could not be verified. Try again later"
    ], error.message)
    assert.isDefined(log.find((line) => line["reference_id"] === error.data.reference_id))
  })

  it("tells a tool who calls", async () => {
    const { url } = await start({ sdk, auth })
    const [{ result }] = await messages(await post(url, callOf("whoami"), { authorization: "Bearer right" }))
    assert.deepInclude(result.structuredContent.result, { clientId: "ada", scopes: ["tools", "more"] })
    assert.strictEqual(result.structuredContent.result.extra.sub, "u1")
    assert.notInclude(JSON.stringify(result), "\"right\"")
  })

  it("says where there is another token when a tool asks for one", async () => {
    const { close, url } = await serve({
      name: "test",
      version: "1.0.0",
      sdk,
      auth,
      tools: [Tool.handle(
        Tool.make("private", { description: "Asks.", errors: [Errors.Unauthenticated], safety: "read" }),
        () => Effect.fail(new Errors.Unauthenticated({ service: "The shop" }))
      )],
      ownsProcess: false,
      write: () => undefined
    })
    onTestFinished(close)
    const response = await post(url, callOf("private"), { authorization: "Bearer right" })
    assert.strictEqual(response.status, 401)
    assert.include(response.headers.get("www-authenticate"), metadataUrl)
    assert.include((await messages(response))[0].result.content[0].text, "unauthenticated")
  })

  it("keeps a session for who opened it", async () => {
    const { url } = await start({ sdk, auth, sessions: true })
    const opened = await post(url, initialize, { authorization: "Bearer right" })
    const session = opened.headers.get("mcp-session-id")!
    const as = (token: string) =>
      post(url, callOf("ping"), { authorization: `Bearer ${token}`, "mcp-session-id": session })
    assert.strictEqual((await as("right")).status, 200)
    assert.strictEqual((await as("other")).status, 404)
  })

  it("knows one token, and no other", async () => {
    const { url } = await start({ sdk, token: "s3cret-Token" })
    const as = async (authorization: string) => (await post(url, callOf("ping"), { authorization })).status
    assert.strictEqual(await as("Bearer s3cret-Token"), 200)
    for (const token of ["s3cret-token", "s3cret-Toke", "s3cret-Token2", "", "x".repeat(5_000)]) {
      assert.strictEqual(await as(`Bearer ${token}`), 401, token.slice(0, 20))
    }
    const response = await post(url, callOf("ping"))
    assert.strictEqual(response.headers.get("www-authenticate"), "Bearer realm=\"mcp\"")
  })
})

describe("the metadata of a resource", () => {
  it.each(["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"])(
    "is found without a token at %s",
    async (path) => {
      const { url } = await start({ auth })
      const response = await fetch(new URL(path, url))
      assert.strictEqual(response.status, 200)
      assert.strictEqual(response.headers.get("access-control-allow-origin"), "*")
      assert.deepStrictEqual(await response.json(), {
        bearer_methods_supported: ["header"],
        scopes_supported: ["tools"],
        resource: "https://mcp.example.com/mcp",
        authorization_servers: ["https://login.example.com"]
      })
    }
  )

  it("is not there where there is none", async () => {
    const { url } = await start({ token: "secret" })
    assert.strictEqual((await fetch(new URL("/.well-known/oauth-protected-resource", url))).status, 404)
  })
})

describe("the log of failures", () => {
  it("holds so many lines, and says how many more there were", async () => {
    const { log, url } = await start({ token: "secret" })
    for (let i = 0; i < 150; i++) assert.strictEqual((await fetch(url, { method: "POST" })).status, 401)
    assert.strictEqual(log.filter((line) => line["message"] === "a request was refused").length, 100)
  })
})
