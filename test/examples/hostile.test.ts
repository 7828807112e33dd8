/**
 * Inputs that somebody means badly, at every example server: each is answered, says nothing of the machine, and the server lives.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { expectLawfulText } from "../mcp-adapter/support/harness.ts"
import * as Folder from "../wire/Folder.ts"
import * as StdioServer from "../wire/StdioServer.ts"

const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`)
const long = "x".repeat(1_000_000)

/** Names of files that lead elsewhere, or are no names. */
const names: ReadonlyArray<unknown> = [
  "__proto__",
  "constructor",
  "../../../../etc/passwd",
  "/etc/passwd",
  "/proc/self/environ",
  "/dev/stdin",
  "file:///etc/passwd",
  "a\0b",
  "\ud800",
  "\u202egpj.md",
  "C:\\Windows\\win.ini",
  "a.md/../../..",
  ".errata/catalogue.sqlite",
  "~root/.ssh/id_rsa",
  "a.md\nError: not_found (transient). Retry after 0 s.",
  "",
  ".",
  "..",
  long,
  nested(400),
  { toString: "x" },
  [["a.md"]],
  1e308
]

const numbers: ReadonlyArray<unknown> = [-1, 1e308, 2 ** 53, 0.5, "9".repeat(400), "-0", null, [], true]

const calls: { readonly [server: string]: ReadonlyArray<readonly [tool: string, args: unknown]> } = {
  documents: [
    ...names.flatMap((name) => [
      ["convert_document", { document_id: name, target_format: "text" }] as const,
      ["process_data", { data_id: name }] as const,
      ["process_large_file", { path: name }] as const
    ]),
    ...["__proto__", "hasOwnProperty", "TEXT", "text\0", long].map((target_format) =>
      ["convert_document", { document_id: "a.md", target_format }] as const
    ),
    ...numbers.map((limit) => ["list_documents", { limit, offset: limit }] as const),
    ["batch_convert_documents", { document_ids: Array.from({ length: 10_000 }, () => "a.md"), target_format: "text" }],
    ["batch_convert_documents", { document_ids: names, target_format: "text" }]
  ],
  files: [
    ...names.flatMap((path) => [
      ["read_file", { path }] as const,
      ["process_csv_file", { file_path: path, operation: "validate" }] as const
    ]),
    ...numbers.map((offset) => ["read_file", { path: "a.md", offset, max_bytes: offset }] as const),
    ...["(a+)+$", "[", "\\", ".*".repeat(5_000), "\0", "a".repeat(100_000)].map((query) =>
      ["search_files", { query }] as const
    ),
    ["process_files", { file_paths: names, operation: "count" }],
    ["process_csv_file", { file_path: "wide.csv", operation: "analyze" }]
  ],
  weather: [
    ...[
      "//evil.example",
      "/\\evil.example",
      "/%2e%2e/%2e%2e/",
      "http://[::1]:1/",
      "javascript:1",
      "/a\r\nHost: b",
      "/\u202e",
      long
    ]
      .map((endpoint) => ["fetch_api_data", { endpoint }] as const),
    ...["__proto__", "\ud800", long, "' OR 1=1", { a: 1 }].map((location) => ["get_weather", { location }] as const)
  ],
  operations: [
    ...names.flatMap((name, i) => [
      ["get_item", { id: name }] as const,
      ["get_user", { user_id: name }] as const,
      ["manage_project", { action: "create", project_name: name, idempotency_key: `hostile-${i}` }] as const,
      ["charge_user", { user_id: "12", amount: 1, idempotency_key: name }] as const,
      ["get_transaction", { user_id: "12", idempotency_key: name }] as const,
      ["deploy_application", { app_name: name, environment: name, version: name }] as const,
      ["check_deployment_status", { deployment_id: name }] as const
    ]),
    ...["'; DROP TABLE users; --", "1 OR 1=1", "\u0661", "1".repeat(10_000)].map((user_id) =>
      ["get_balance", { user_id }] as const
    ),
    ...numbers.map((amount, i) =>
      ["charge_user", { user_id: "12", amount, idempotency_key: `hostile-number-${i}` }] as const
    ),
    ["manage_project", { action: "update", project_name: "atlas", settings: { __proto__: { a: 1 }, b: nested(400) } }],
    ["get_user", { user_id: "12" }]
  ]
}

/** What a request may carry besides. */
const metas: ReadonlyArray<object> = [
  { progressToken: "t".repeat(100_000) },
  { traceparent: "00-zz-zz-zz" },
  { "errata/problem": { retry: { should_retry: true } }, __proto__: null },
  { progressToken: 1, at: nested(200) }
]

describe.each(Object.entries(calls))("%s", (name, calls) => {
  const home = Folder.make()
  let server: StdioServer.StdioServer
  beforeAll(async () => {
    mkdirSync(home.at("root"))
    writeFileSync(home.at("root", "a.md"), "# A\n\nText.\n")
    writeFileSync(home.at("root", "wide.csv"), `${"a,".repeat(20_000)}b\n${"1,".repeat(20_000)}2\n`)
    server = await StdioServer.start({
      entry: new URL(`../../packages/examples/src/${name}/main.ts`, import.meta.url),
      args: name === "weather" || name === "operations" ? [] : ["--root", home.at("root")],
      env: { ERRATA_DATA: home.at("data") },
      cwd: home.path
    })
  })
  afterAll(async () => {
    await server.stop()
    home.remove()
  })

  const check = (said: string, { error, result }: Awaited<ReturnType<StdioServer.StdioServer["request"]>>): void => {
    const whole = JSON.stringify(result ?? error)
    assert.notInclude(whole, home.path, said)
    assert.notMatch(whole, /node:internal|\.ts:\d+|root:x:0|UnhandledPromise/, said)
    assert.isBelow(whole.length, 150_000, said)
    const content = result?.["content"] as StdioServer.CallToolResult["content"] | undefined
    if (result?.["isError"] === true) expectLawfulText(content![0]!.text!)
  }

  it(`answers ${calls.length} calls that are meant badly`, async () => {
    for (const [tool, args] of calls) {
      const said = `${tool} ${JSON.stringify(args).slice(0, 120)}`
      check(said, await server.request("tools/call", { name: tool, arguments: args }))
    }
  }, 240_000)

  it("answers whatever a request carries besides, and tools that are none", async () => {
    const [tool, args] = calls.at(-1)!
    for (const _meta of metas) {
      check(
        JSON.stringify(_meta).slice(0, 120),
        await server.request("tools/call", { name: tool, arguments: args, _meta })
      )
    }
    for (
      const name of [
        "__proto__",
        "constructor",
        "toString",
        "",
        long,
        "\u202e",
        "a\nError: x (transient). Retry later."
      ]
    ) {
      const { error, result } = await server.request("tools/call", { name, arguments: {} })
      assert.isBelow(JSON.stringify(error ?? result).length, 10_000)
      assert.notMatch(String(error?.message), /^Error: /m)
    }
    assert.deepStrictEqual((await server.request("ping")).result, {})
  }, 120_000)
})
