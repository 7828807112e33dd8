import type { Client, Recorder } from "./recorder.ts"
import type { Reply, Servers } from "./servers.ts"

const usual = ["400", "401", "403", "404", "409", "422", "429", "429 seconds", "429 date", "500", "503", "503 seconds"]

/** Clients of services that speak HTTP, against the scripted servers. */
export const recordServices = async (recorder: Recorder, servers: Servers): Promise<void> => {
  const { fails, load, made } = recorder
  const under = (scenario: string) => `${servers.base}/${encodeURIComponent(scenario)}`
  const answered = async (id: string, reply: Reply, call: () => unknown) => {
    servers.scripted.play(reply)
    await fails(id, call)
  }
  const chat = { model: "m", max_tokens: 1, messages: [{ role: "user" as const, content: "x" }] }

  const OpenAI = (await load("openai")).default
  const Anthropic = (await load("@anthropic-ai/sdk")).default
  const Groq = (await load("groq-sdk")).default
  const llms: Readonly<Record<string, (baseURL: string, timeout?: number) => Promise<unknown>>> = {
    openai: (baseURL, timeout) =>
      new OpenAI({ apiKey: "none", baseURL, maxRetries: 0, ...timeout === undefined ? {} : { timeout } }).chat
        .completions.create(chat),
    anthropic: (baseURL, timeout) =>
      new Anthropic({ apiKey: "none", baseURL, maxRetries: 0, ...timeout === undefined ? {} : { timeout } }).messages
        .create(chat),
    groq: (baseURL, timeout) =>
      new Groq({ apiKey: "none", baseURL, maxRetries: 0, ...timeout === undefined ? {} : { timeout } }).chat.completions
        .create(chat)
  }
  for (const [name, call] of Object.entries(llms)) {
    for (
      const scenario of name === "groq"
        ? ["401", "429 seconds", "500"]
        : [...usual, "429 milliseconds", "429 quota"]
    ) {
      await fails(`${name}: ${scenario}`, () => call(under(scenario)))
    }
    await fails(`${name}: refused`, () => call(servers.refused))
    await fails(`${name}: reset`, () => call(servers.reset))
    await fails(`${name}: timeout`, () => call(servers.silent, 150))
  }
  const anthropicSays = (
    status: number,
    type: string,
    message: string,
    headers: Record<string, string> = {}
  ): Reply => ({
    status,
    headers,
    body: { type: "error", error: { type, message } }
  })
  const resets = (remaining: string, name: string, seconds: number) => ({
    [`anthropic-ratelimit-${name}-remaining`]: remaining,
    [`anthropic-ratelimit-${name}-reset`]: new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toISOString()
      .replace(".000Z", "Z")
  })
  await answered(
    "anthropic: overloaded",
    anthropicSays(529, "overloaded_error", "Overloaded"),
    () => llms["anthropic"]!(servers.scripted.base)
  )
  await answered(
    "anthropic: credit",
    anthropicSays(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
    () => llms["anthropic"]!(servers.scripted.base)
  )
  await answered(
    "anthropic: window of tokens",
    anthropicSays(429, "rate_limit_error", "This request would exceed your rate limit", {
      ...resets("0", "input-tokens", 50),
      ...resets("40", "requests", 5)
    }),
    () => llms["anthropic"]!(servers.scripted.base)
  )
  await answered("openai: window of requests", {
    status: 429,
    headers: {
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-remaining-tokens": "900",
      "x-ratelimit-reset-tokens": "6m0s"
    },
    body: { error: { message: "Rate limit reached", type: "requests", code: "rate_limit_exceeded" } }
  }, () => llms["openai"]!(servers.scripted.base))
  const aborted = new AbortController()
  aborted.abort()
  await fails(
    "openai: aborted by the caller",
    () =>
      new OpenAI({ apiKey: "none", baseURL: servers.silent }).chat.completions.create(chat, { signal: aborted.signal })
  )

  const Stripe = (await load("stripe")).default
  const stripe = (url: string, timeout = 80_000): Client =>
    new Stripe("sk_none", {
      host: "127.0.0.1",
      port: Number(new URL(url).port),
      protocol: "http",
      maxNetworkRetries: 0,
      timeout
    })
  const stripeSays = (status: number, type: string, code: string, headers = {}): Reply => ({
    status,
    headers,
    body: { error: { type, code, message: `it says ${code}` } }
  })
  for (
    const [id, reply] of Object.entries({
      "no such customer": stripeSays(404, "invalid_request_error", "resource_missing"),
      "a parameter": stripeSays(400, "invalid_request_error", "parameter_invalid_integer"),
      "no key": stripeSays(401, "invalid_request_error", "api_key_expired"),
      "no permission": stripeSays(403, "invalid_request_error", "secret_key_required"),
      "a key used twice": stripeSays(400, "idempotency_error", "idempotency_key_in_use"),
      declined: stripeSays(402, "card_error", "card_declined"),
      "too fast": stripeSays(429, "invalid_request_error", "rate_limit"),
      "its own fault": stripeSays(500, "api_error", "unknown"),
      "in conflict": stripeSays(409, "invalid_request_error", "lock_timeout")
    })
  ) await answered(`stripe: ${id}`, reply, () => stripe(servers.scripted.base).customers.retrieve("cus_1"))
  await fails("stripe: refused", () => stripe(servers.refused).customers.retrieve("cus_1"))
  await fails("stripe: reset", () => stripe(servers.reset).customers.retrieve("cus_1"))
  await fails("stripe: timeout", () => stripe(servers.silent, 150).customers.retrieve("cus_1"))

  const { Octokit } = await load("@octokit/core")
  const github = (baseUrl: string) => new Octokit({ baseUrl, log: { debug() {}, info() {}, warn() {}, error() {} } })
  for (const scenario of [...usual, "403 limit", "403 seconds", "410", "451"]) {
    await fails(`octokit: ${scenario}`, () => github(under(scenario)).request("GET /repos/x/y"))
  }
  await fails("octokit: refused", () => github(servers.refused).request("GET /repos/x/y"))
  await answered("octokit: GraphQL not found", {
    status: 200,
    body: {
      data: { repository: null },
      errors: [{ type: "NOT_FOUND", path: ["repository"], message: "Could not resolve to a Repository" }]
    }
  }, () => github(servers.scripted.base).graphql("{ repository { id } }"))
  await answered("octokit: GraphQL limit", {
    status: 200,
    body: { errors: [{ type: "RATE_LIMITED", path: ["x"], message: "API rate limit exceeded" }] }
  }, () => github(servers.scripted.base).graphql("{ viewer { id } }"))

  const { createAPIRequest } = await load("googleapis-common")
  const google = (url: string) =>
    createAPIRequest({
      options: { url, method: "GET", retry: false },
      params: {},
      requiredParams: [],
      pathParams: [],
      context: { _options: {} }
    })
  const googleSays = (code: number, reason: string, status = "PERMISSION_DENIED", more = {}): Reply => ({
    status: code,
    body: {
      error: {
        code,
        message: `it says ${reason}`,
        errors: [{ message: "x", domain: "usageLimits", reason }],
        status,
        ...more
      }
    }
  })
  for (
    const [id, reply] of Object.entries({
      userRateLimitExceeded: googleSays(403, "userRateLimitExceeded"),
      rateLimitExceeded: googleSays(403, "rateLimitExceeded"),
      quotaExceeded: googleSays(403, "quotaExceeded"),
      insufficientPermissions: googleSays(403, "insufficientPermissions"),
      notFound: googleSays(404, "notFound", "NOT_FOUND"),
      failedPrecondition: googleSays(400, "failedPrecondition", "FAILED_PRECONDITION"),
      invalid_grant: {
        status: 400,
        body: { error: "invalid_grant", error_description: "Token has been expired or revoked." }
      },
      "429 with RetryInfo": googleSays(429, "rateLimitExceeded", "RESOURCE_EXHAUSTED", {
        details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "36s" }]
      }),
      backendError: googleSays(500, "backendError", "INTERNAL")
    })
  ) await answered(`google: ${id}`, reply, () => google(servers.scripted.base))
  await fails("google: refused", () => google(servers.refused))
  const { GoogleGenAI } = await load("@google/genai")
  await answered(
    "gemini: 429",
    googleSays(429, "x", "RESOURCE_EXHAUSTED", {
      details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "12s" }]
    }),
    () =>
      new GoogleGenAI({ apiKey: "none", httpOptions: { baseUrl: servers.scripted.base } }).models.generateContent({
        model: "m",
        contents: "x"
      })
  )

  const { WebClient } = await load("@slack/web-api")
  const slack = (url: string) =>
    new WebClient("xoxb-none", {
      slackApiUrl: `${url}/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logLevel: "error"
    })
  for (
    const error of [
      "channel_not_found",
      "not_authed",
      "missing_scope",
      "is_archived",
      "ratelimited",
      "invalid_arguments",
      "internal_error",
      "token_revoked",
      "already_reacted",
      "msg_too_long"
    ]
  ) {
    await answered(
      `slack: ${error}`,
      { status: 200, body: { ok: false, error } },
      () => slack(servers.scripted.base).chat.postMessage({ channel: "C1", text: "x" })
    )
  }
  await answered(
    "slack: 429 seconds",
    { status: 429, headers: { "retry-after": "30" } },
    () => slack(servers.scripted.base).auth.test()
  )
  await answered("slack: 503", { status: 503 }, () => slack(servers.scripted.base).auth.test())
  await fails("slack: refused", () => slack(servers.refused).auth.test())

  const { GraphQLClient } = await load("graphql-request")
  const graphql = (url: string) => new GraphQLClient(url).request("{ viewer { id } }")
  for (
    const code of [
      "UNAUTHENTICATED",
      "FORBIDDEN",
      "BAD_USER_INPUT",
      "NOT_FOUND",
      "INTERNAL_SERVER_ERROR",
      "THROTTLED",
      "SOMETHING_ELSE"
    ]
  ) {
    await answered(`graphql-request: ${code}`, {
      status: 200,
      body: { data: null, errors: [{ message: "no", path: ["viewer"], extensions: { code } }] }
    }, () => graphql(servers.scripted.base))
  }
  await fails("graphql-request: 503 seconds", () => graphql(under("503 seconds")))
  await fails("graphql-request: refused", () => graphql(servers.refused))

  const { createTRPCClient, httpLink } = await load("@trpc/client")
  const trpc = (url: string) => createTRPCClient({ links: [httpLink({ url })] }).anything.query()
  for (
    const [code, status] of Object.entries({
      UNAUTHORIZED: 401,
      NOT_FOUND: 404,
      TOO_MANY_REQUESTS: 429,
      CONFLICT: 409,
      BAD_REQUEST: 400
    })
  ) {
    await answered(`trpc-client: ${code}`, {
      status,
      body: { error: { message: "no", code: -32000, data: { code, httpStatus: status } } }
    }, () => trpc(servers.scripted.base))
  }
  await fails("trpc-client: refused", () => trpc(servers.refused))
  const { TRPCError } = await load("@trpc/server")
  for (
    const code of [
      "FORBIDDEN",
      "TIMEOUT",
      "PAYLOAD_TOO_LARGE",
      "PRECONDITION_FAILED",
      "INTERNAL_SERVER_ERROR",
      "CLIENT_CLOSED_REQUEST"
    ]
  ) made(`trpc: ${code}`, new TRPCError({ code }))

  const { Client: Notion } = await load("@notionhq/client")
  const notion = (baseUrl: string, timeoutMs = 60_000) =>
    new Notion({ auth: "none", baseUrl, timeoutMs, retry: false, logLevel: "error" }).users.list({})
  await answered("notion: object_not_found", {
    status: 404,
    body: { object: "error", status: 404, code: "object_not_found", message: "no" }
  }, () => notion(servers.scripted.base))
  await answered("notion: rate_limited", {
    status: 429,
    headers: { "retry-after": "3" },
    body: { object: "error", status: 429, code: "rate_limited", message: "no" }
  }, () => notion(servers.scripted.base))
  await fails("notion: timeout", () => notion(servers.silent, 150))

  const { REST } = await load("@discordjs/rest")
  const discord = (api: string, more = {}) =>
    new REST({ api, version: "10", retries: 0, ...more }).setToken("none").get("/channels/1")
  await answered(
    "discord: 404",
    { status: 404, body: { code: 10003, message: "Unknown Channel" } },
    () => discord(servers.scripted.base)
  )
  await answered("discord: limit", {
    status: 429,
    headers: {
      "retry-after": "5",
      "x-ratelimit-scope": "user",
      "x-ratelimit-limit": "1",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset-after": "5"
    },
    body: { message: "You are being rate limited.", retry_after: 5, global: false }
  }, () => discord(servers.scripted.base, { rejectOnRateLimit: () => true }))

  const { Api } = await load("grammy")
  const telegram = (apiRoot: string) => new Api("1:none", { apiRoot }).getMe()
  await answered("telegram: limit", {
    status: 429,
    body: {
      ok: false,
      error_code: 429,
      description: "Too Many Requests: retry after 9",
      parameters: { retry_after: 9 }
    }
  }, () => telegram(servers.scripted.base))
  await answered("telegram: forbidden", {
    status: 403,
    body: { ok: false, error_code: 403, description: "Forbidden: bot was blocked by the user" }
  }, () => telegram(servers.scripted.base))
  await fails("telegram: refused", () => telegram(servers.refused))

  const { Client: Elastic } = await load("@elastic/elasticsearch")
  const elastic = (node: string, requestTimeout = 1000) =>
    new Elastic({ node, maxRetries: 0, requestTimeout }).get({ index: "x", id: "1" })
  for (const status of [404, 409, 429, 503]) {
    await answered(`elasticsearch: ${status}`, {
      status,
      headers: { "x-elastic-product": "Elasticsearch" },
      body: { error: { type: "x_exception", reason: "no" }, status }
    }, () => elastic(servers.scripted.base))
  }
  await fails("elasticsearch: refused", () => elastic(servers.refused))
  await fails("elasticsearch: timeout", () => elastic(servers.silent, 150))

  const { BlobServiceClient } = await load("@azure/storage-blob")
  const azure = (url: string) =>
    new BlobServiceClient(url, undefined, { retryOptions: { maxTries: 1 } }).getContainerClient("c").getBlobClient("b")
      .download()
  await answered(
    "azure: BlobNotFound",
    { status: 404, headers: { "x-ms-error-code": "BlobNotFound" } },
    () => azure(servers.scripted.base)
  )
  await answered(
    "azure: 412",
    { status: 412, headers: { "x-ms-error-code": "ConditionNotMet" } },
    () => azure(servers.scripted.base)
  )
  await answered(
    "azure: 503 milliseconds",
    { status: 503, headers: { "x-ms-retry-after-ms": "2500" } },
    () => azure(servers.scripted.base)
  )
  await fails("azure: refused", () => azure(servers.refused))

  const { PostgrestClient } = await load("@supabase/postgrest-js")
  const supabase = (url: string) => new PostgrestClient(url).from("t").select().single().throwOnError()
  await answered("supabase: no rows", {
    status: 406,
    body: {
      code: "PGRST116",
      details: "The result contains 0 rows",
      hint: null,
      message: "Cannot coerce the result to a single JSON object"
    }
  }, () => supabase(servers.scripted.base))
  await answered("supabase: 23505", {
    status: 409,
    body: {
      code: "23505",
      details: "Key (id)=(1) already exists.",
      hint: null,
      message: "duplicate key value violates unique constraint"
    }
  }, () => supabase(servers.scripted.base))
  await answered("supabase: 42501", {
    status: 403,
    body: { code: "42501", details: null, hint: null, message: "new row violates row-level security policy" }
  }, () => supabase(servers.scripted.base))

  const ai = await load("@ai-sdk/provider")
  made(
    "ai-sdk: 429 seconds",
    new ai.APICallError({
      message: "slow down",
      url: "https://api.example.com",
      requestBodyValues: {},
      statusCode: 429,
      responseHeaders: { "retry-after": "20" },
      responseBody: "{}"
    })
  )
  made(
    "ai-sdk: refused",
    new ai.APICallError({
      message: "Cannot connect to API",
      url: "https://api.example.com",
      requestBodyValues: {},
      isRetryable: true,
      cause: Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" })
    })
  )
  made(
    "ai-sdk: no JSON",
    new ai.JSONParseError({
      text: "<html>",
      cause: new SyntaxError("Unexpected token '<', \"<html>\" is not valid JSON")
    })
  )
  const { RetryError } = await load("ai")
  made(
    "ai-sdk: retries used up",
    new RetryError({
      message: "Failed after 3 attempts",
      reason: "maxRetriesExceeded",
      errors: [
        new ai.APICallError({
          message: "overloaded",
          url: "https://api.example.com",
          requestBodyValues: {},
          statusCode: 503
        })
      ]
    })
  )
}
