/** A thousand texts that are no secrets: what errors, logs, files, queries and people say. None of them may be changed. */
import { createHash } from "node:crypto"
import { source } from "../../core/support/arbitraries.ts"
import { ordinary } from "../../core/support/ordinary.ts"
import { said } from "./said.ts"

const from = source(20_261_126)
const hash = (name: string) => (text: string): string => createHash(name).update(text).digest("hex")
const [md5, sha1, sha256] = [hash("md5"), hash("sha1"), hash("sha256")]
const many = (count: number, make: (i: number) => string): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => make(i))
const pick = <A>(list: ReadonlyArray<A>): A => from.pick(list)
const letters = (alphabet: string, length: number): string => many(length, () => pick(alphabet.split(""))).join("")
const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

const uuid = (i: number): string => {
  const hex = sha1(`uuid ${i}`)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const nouns = [
  "document",
  "invoice",
  "customer",
  "deployment",
  "session",
  "token",
  "key",
  "password",
  "secret",
  "folder",
  "branch",
  "ticket"
]
const names = [
  "Ada Lovelace",
  "Søren Kierkegaard",
  "José Ángel",
  "李小龍",
  "Ольга Петрова",
  "محمد",
  "Nguyễn Văn An",
  "Zoë O'Brien",
  "Jürgen Müller-Groß",
  "François Lefèvre"
]
const hosts = [
  "example.com",
  "db.internal:5432",
  "api.example.org",
  "localhost:3000",
  "10.0.0.5:6379",
  "[::1]:8080",
  "registry.example.org"
]
const files = [
  "src/token/refresh.ts",
  "lib/password_reset.py",
  "docs/api-keys.md",
  "config/secrets.example.yaml",
  "test/auth/session.test.ts",
  "keys/README.md"
]
const functions = [
  "processTicksAndRejections",
  "Object.readToken",
  "async getPassword",
  "FiberImpl.runLoop",
  "SecretManager.list",
  "new KeyStore",
  "Module._compile"
]

const ids: Readonly<Record<string, ReadonlyArray<string>>> = {
  uuids: many(60, uuid),
  "uuids with a name": many(20, (i) => `${pick(nouns)}_${uuid(i + 100)}`),
  hashes: many(60, (i) => pick([md5, sha1, sha256])(`hash ${i}`)),
  commits: many(20, (i) => `commit ${sha1(`commit ${i}`).slice(0, pick([7, 10, 40]))}`),
  digests: many(20, (i) => `registry.example.com/app@sha256:${sha256(`image ${i}`)}`),
  "ids of payments": many(
    40,
    () =>
      `${pick(["cus", "pi", "ch", "in", "sub", "evt", "price", "prod", "acct", "txn"])}_${
        letters(alphanumeric, pick([14, 24]))
      }`
  ),
  "ids of objects": many(
    30,
    () =>
      `${pick(["usr", "org", "run", "msg", "thread", "asst", "file", "call", "req", "job"])}_${
        letters(alphanumeric, 24)
      }`
  ),
  ulids: many(20, () => `01${letters("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)}`),
  "MongoDB ids": many(15, (i) => sha1(`mongo ${i}`).slice(0, 24)),
  cursors: many(
    30,
    (i) =>
      Buffer.from(JSON.stringify({ id: i * 31, after: `2026-11-${10 + (i % 19)}`, dir: "next" })).toString("base64")
  ),
  "cursors for URLs": many(15, (i) => Buffer.from(JSON.stringify({ offset: i * 100 })).toString("base64url")),
  nanoids: many(20, () => letters(`${alphanumeric}_-`, 21)),
  traces: many(15, (i) => `00-${md5(`trace ${i}`)}-${md5(`span ${i}`).slice(0, 16)}-01`),
  integrity: many(10, (i) => `sha512-${createHash("sha512").update(String(i)).digest("base64")}`),
  numbers: many(20, (i) => String(1_700_000_000_000 + i * 86_400_000 + from.int(1000))),
  arns: many(10, (i) => `arn:aws:s3:::bucket-${i}/path/to/object-${from.int(1e9)}`)
}

const places: Readonly<Record<string, ReadonlyArray<string>>> = {
  paths: many(30, () => `/${pick(["home/ada", "srv/app", "var/lib/service", "usr/local/share"])}/${pick(files)}`),
  "paths of Windows": many(15, () => `C:\\Users\\ada\\${pick(files).replaceAll("/", "\\")}`),
  URLs: many(30, () => `https://${pick(hosts)}/v1/${pick(nouns)}s/${from.int(1e6)}?page=${from.int(9)}&sort=name`),
  "URLs with users": many(
    10,
    () =>
      `https://${pick(["git", "ada", "user", "deploy", "ada.lovelace", "john.smith1985"])}@${
        pick(["example.com", "git.example.org"])
      }/repo.git`
  ),
  "URLs with keys in the query": many(
    10,
    () =>
      `https://example.com/items?key=${pick(["name", "user_name", "created-at"])}&code=${
        pick(["404", "NOT_FOUND", "E1001"])
      }`
  ),
  frames: many(
    40,
    () =>
      `    at ${pick(functions)} (file:///srv/app/node_modules/@scope/${pick(nouns)}/dist/${pick(nouns)}.js:${
        1 + from.int(999)
      }:${1 + from.int(80)})`
  ),
  "frames of Node": many(
    10,
    () => `    at process.processTicksAndRejections (node:internal/process/task_queues:${from.int(200)}:5)`
  ),
  mail: many(
    10,
    () => `${pick(["ada", "no-reply", "support+token", "key.account"])}@${pick(["example.com", "mail.example.org"])}`
  )
}

const statements: Readonly<Record<string, ReadonlyArray<string>>> = {
  SQL: many(
    30,
    (i) =>
      `SELECT id, ${pick(nouns)}_id FROM ${pick(nouns)}s WHERE owner = $1 AND created_at > '2026-0${
        1 + (i % 9)
      }-01' LIMIT ${i}`
  ),
  "not found": many(
    40,
    (i) =>
      `${pick(["Document", "Customer", "Branch"])} ${pick(["DOC", "C", "release"])}-${i} not found in ${pick(files)}`
  ),
  refused: many(20, () => `connect ECONNREFUSED ${pick(hosts)}`),
  limits: many(
    20,
    (i) =>
      `Rate limit of ${i * 10} requests per minute exceeded: retry after ${i} s (limit=${i * 10}, remaining=0, reset=${
        1_700_000_000 + i
      })`
  ),
  usage: many(
    20,
    (i) =>
      JSON.stringify({
        model: "large",
        usage: { prompt_tokens: i * 7, completion_tokens: i * 3, total_tokens: i * 10 },
        max_tokens: 4096
      })
  ),
  records: many(
    30,
    (i) =>
      JSON.stringify({
        id: `DOC-${i}`,
        owner: pick(names),
        tags: ["a", pick(nouns)],
        size: from.int(1e6),
        hash: md5(String(i))
      })
  ),
  logs: many(
    30,
    (i) =>
      `2026-11-26T10:${10 + (i % 50)}:01.123Z INFO ${pick(nouns)} service: handled request req-${i} in ${
        from.int(900)
      } ms`
  ),
  people: many(20, () => `Shared with ${pick(names)} and ${pick(names)}; the key account is ${pick(names)}.`),
  settings: many(
    30,
    (i) =>
      `${
        pick([
          "timeout",
          "retries",
          "key_size",
          "token_limit",
          "session_timeout",
          "password_min_length",
          "secret_rotation_days",
          "auth_mode",
          "cookie_consent"
        ])
      }: ${i}`
  ),
  code: many(
    15,
    () => `const ${pick(nouns)} = await read${pick(["Token", "Key", "Secret"])}(request, { timeout: ${from.int(900)} })`
  )
}

/** By their kind. */
export const kinds: Readonly<Record<string, ReadonlyArray<string>>> = {
  ...ids,
  ...places,
  ...statements,
  said,
  ordinary
}

export const innocents: ReadonlyArray<string> = Object.values(kinds).flat()

/** Kinds of which the strict form may mask some: a name, `_`, and twenty letters and digits. */
export const idsLikeTokens: ReadonlyArray<string> = ["ids of payments", "ids of objects"]
