/** The leaks of a hostile test, and the innocent texts that it found changed, one by one, with their neighbours. */
import * as Redaction from "@errata/core/Redaction"
import { describe, expect, it } from "vitest"
import { source } from "../core/support/arbitraries.ts"
import { body } from "./support/generate.ts"

const { json, text } = Redaction.standard
const from = source(7)
const x = "s3cr3tHunter2"
const long = "Tr0ub4dor&3-and-more"
const token = `gh${"p_"}${body(from, "A36")}`
const jwt = [`eyJ${body(from, "A20")}`, `eyJ${body(from, "A30")}`, body(from, "w43")]
const wide = token.split("").map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join("")

/** The text, and what must be gone from it; `x` where nothing is said. */
const leaks: ReadonlyArray<string | readonly [text: string, gone: ReadonlyArray<string>]> = [
  `Authorization: SSWS ${x}`,
  `- name: DB_PASSWORD\n  value: ${x}`,
  `env:\n  - name: "API_KEY"\n    value: "${x}"\n`,
  `name=password&value=${x}`,
  `password ${x} is wrong`,
  `Password for ada: ${x}`,
  `Token of ada@example.com: ${x}`,
  `Content-Disposition: form-data; name="password"\r\n\r\n${x}\r\n--`,
  [`d=xo${"xd-"}A1b2C3d4%2BE5f6%2FG7h8I9j0K1l2M3n4O5p6`, ["2FG7h8", "M3n4O5p6"]],
  `Authorization: Digest username="ada", realm="r", nonce="n", uri="/", response="${x}", opaque="o"`,
  `Authorization: Hawk id="dh37", ts="1353832234", nonce="j4h3g2", mac="${x}"`,
  `Authorization: AWS4-HMAC-SHA256 Credential=AK/2026/eu, SignedHeaders=host;date, Signature=${x}`,
  `Authorization: Whatever one two ${x}`,
  `authorization: ${x}`,
  `Proxy-Authorization: Negotiate ${x}`,
  `curl -H 'Authorization: Token token="${x}", a="b"' https://example.com`,
  `{"authorization":"Digest username=\\"ada\\", response=\\"${x}\\""}`,
  `{ authorization: 'Custom a=${x}', host: 'example.com' }`,
  `Cookie: theme=dark; sid=${x}`,
  `Set-Cookie: sid=${x}; Path=/; HttpOnly`,
  `{"cookie":"sid=${x}"}`,
  `X-Auth-Key: ${x}`,
  `X-Auth-Token: ${x}`,
  `Ocp-Apim-Subscription-Key: ${x}`,
  `password "${x}"`,
  `password '${x} and more'`,
  `password \`${x}\``,
  `--password ${x}`,
  `--password=${x}`,
  `-password ${x}`,
  `login --user ada --token ${x} --yes`,
  `--api-key "${x}"`,
  `curl -u ada:${x} https://example.com`,
  `curl --user ada:${x} https://example.com`,
  `curl -u "ada:${x}" https://example.com`,
  `mysql -h db -u root -p${x} main`,
  `machine example.com login ada password ${x}`,
  `machine example.com\n  login ada\n  password ${x}\n`,
  `<password>${x}</password>`,
  `<apiKey type="plain">${x}</apiKey>`,
  `<add key="password" value="${x}" />`,
  `https://example.com/items?key=${x}`,
  `https://example.com/callback?code=${x}&state=1`,
  `https://example.com/a;jsessionid=${x}?b=1`,
  `https://example.com/#access_token=${x}`,
  `https://ada:${x}@example.com/`,
  `password%3D${x}`,
  `a%26password%3D${x}%26b`,
  `password\t${x}`,
  `ada\tpassword:\t${x}`,
  ["pin: 493821", ["493821"]],
  ["otp=493821", ["493821"]],
  ["cvv 123, cvv: 123", [": 123"]],
  ["ssn: 078-05-1120", ["078-05-1120"]],
  `passcode: ${x}`,
  `Incorrect API key provided: ${x}.`,
  `Invalid access token given: ${x}`,
  `The password is ${x}`,
  `Your password was: ${x}`,
  `password: not ${x}`,
  `passphrase: "correct horse ${x}"`,
  `PASSWORD = '${x}'`,
  `"password" => "${x}"`,
  `password := ${x}`,
  `spring.datasource.password=${x}`,
  `export DB_PASSWORD=${x}`,
  `DbPassword1: ${long}`,
  `secretValue=${x}`,
  `license_key: ${x}`,
  `apiKeys[]=${x}`,
  `tokens[0]=${x}`,
  `{"tokens":["${x}"]}`,
  `session=${x}`,
  `auth: ${x}`,
  `{"session":"${x}"}`,
  `{"name":"password","value":"${x}"}`,
  `{"value":"${x}","name":"password"}`,
  `{"key": "api_key", "value": "${x}"}`,
  `[["user","ada"],["password","${x}"]]`,
  `["Host","example.com","Authorization","Bearer ${x}"]`,
  `password: |\n  ${x}\n  ${x}\nnext: 1`,
  `password: "${x}`,
  `{\\"password\\":\\"${x}\\"}`,
  `{\\\\\\"password\\\\\\":\\\\\\"${x}\\\\\\"}`,
  `\u001b[31mpassword\u001b[0m=${x}`,
  `pass\u200bword=${x}`,
  `ｐａｓｓｗｏｒｄ＝${x}`,
  `&quot;password&quot;:&quot;${x}&quot;`,
  `{"kty":"RSA","n":"AQAB","d":"${body(from, "w40")}${x}"}`,
  [`token_${token}`, [token]],
  [`my_${"AK"}IA${"ABCDEFGH2345JKLM"}`, ["ABCDEFGH2345JKLM"]],
  [`${token.slice(0, 9)}\u200b${token.slice(9, 20)}\ufeff${token.slice(20)}`, [token.slice(9, 20), token.slice(20)]],
  [wide, [wide.slice(8, 30)]],
  [jwt.join(" . "), jwt],
  [jwt.join(".\n  "), jwt],
  [`${jwt[0]!}..${jwt[2]!}.${jwt[2]!}.${jwt[2]!}`, jwt.slice(2)],
  `-----BEGIN PRIVATE KEY-----\\n${x}\\n-----END PRIVATE KEY-----`,
  `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${x}`,
  `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n${x}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----`,
  `PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 1\n${x}\nPrivate-MAC: 00ff`
]

describe("a secret in a text is masked", () => {
  it.each(leaks.map((leak) => typeof leak === "string" ? [leak, [x]] as const : leak))("%j", (given, gone) => {
    for (const context of [given, `It failed: ${given}`, `first\n${given}\nlast`]) {
      const masked = text(context)
      expect(masked).toContain(Redaction.mask)
      for (const secret of gone) expect(masked).not.toContain(secret)
      expect(text(masked)).toBe(masked)
      for (const secret of gone) {
        expect(JSON.stringify(json({ body: JSON.stringify({ note: context }) }))).not.toContain(secret)
      }
    }
  })
})

const names =
  ("auth pass creds cookies session sid jwt bearer passcode X-Auth-Key Ocp-Apim-Subscription-Key apiKeys tokens secretValue " +
    "password1 license_key new_password passwordConfirmation db.password DATABASE_PASSWORD APIKey userAPIKey " +
    "stripeSecretKey webhook_secret privateKeyPem secret_1 clientSecretV2 token_2024 tokenA mnemonicPhrase").split(" ")

describe("a value that its name gives away is masked", () => {
  it.each(names)("%s", (name) => {
    expect(json({ [name]: x })).toEqual({ [name]: Redaction.mask })
    expect(JSON.stringify(json({ [name]: [x] }))).not.toContain(x)
    expect(JSON.stringify(json({ [name]: new String(x) }))).not.toContain(x) // oxlint-disable-line no-new-wrappers -- users do
    expect(json({ [name]: true })).toEqual({ [name]: true })
  })

  it.each([["pin", "4938"], ["pin", 4938], ["otp", "493821"], ["cvv", 123], ["ssn", "078-05-1120"], [
    "mfaCode",
    "493821"
  ]])(
    "%s %j",
    (name, value) => expect(json({ [name]: value })).toEqual({ [name]: Redaction.mask })
  )

  it.each<readonly [string, unknown, unknown]>([
    ["a name and a value", { name: "password", value: x }, { name: "password", value: Redaction.mask }],
    ["a key and a value", { key: "api_key", value: x }, { key: "api_key", value: Redaction.mask }],
    ["a name and values", { name: "password", values: [x] }, { name: "password", values: Redaction.mask }],
    ["a field of a form", { type: "password", value: x }, { type: "password", value: Redaction.mask }],
    ["a header", { Header: "X-Auth-Key", Value: x }, { Header: "X-Auth-Key", Value: Redaction.mask }],
    ["entries", [["user", "ada"], ["password", x]], [["user", "ada"], ["password", Redaction.mask]]],
    ["entries of a Map", [...new Map([["password", x]])], [["password", Redaction.mask]]],
    ["raw headers", ["Host", "a", "Authorization", `Bearer ${x}`], ["Host", "a", "Authorization", Redaction.mask]],
    ["a Buffer in JSON", JSON.parse(JSON.stringify({ a: Buffer.from(x) })), { a: `[${x.length} bytes]` }],
    ["a JSON Web Key", { kty: "EC", x: "a", d: x }, { kty: "EC", x: "a", d: Redaction.mask }]
  ])("in the shape of %s", (_, value, expected) => expect(json(value)).toEqual(expected))

  it("counts, answers and what is wrong with a value are none", () => {
    const innocent = {
      pass: 12,
      auth: true,
      session: 3,
      cookies: 4,
      tokens: 17,
      max_tokens: 4096,
      pin: 3,
      jwt: false,
      sid: 1,
      session_id: "4f2a9c1e",
      auth_mode: "oauth-2-with-pkce",
      key: "name",
      keys: ["a"],
      pass_rate: 0.5,
      nextToken: "abc123def456",
      paginationToken: x,
      progressToken: x,
      page_token: x,
      idempotencyToken: x,
      password: "must have at least 8 characters",
      api_key: "missing",
      access_token: "expired",
      errors: { password: ["is too short", "must contain a digit"], token: "is invalid" },
      client_secret: "${CLIENT_SECRET}",
      private_key: "/etc/ssl/key.pem",
      passwordPolicy: { password: { minLength: 8 }, credentials: { required: true } },
      authorization: { status: "pending" }
    }
    expect(json(innocent)).toEqual(innocent)
    expect(Redaction.isClean(Redaction.standard, innocent)).toBe(true)
    expect(json({ required: ["password", "email"], fields: ["authorization", "host"] })).toEqual({
      required: ["password", "email"],
      fields: ["authorization", "host"]
    })
  })
})

describe("an account without a scheme", () => {
  const strict = Redaction.strict(Redaction.standard)

  it.each([
    `db down for user admin:${x}@db.internal`,
    `no connection to shop:${x}@10.0.0.5`,
    `(svc:${x}@localhost)`,
    `svc:${x}@db:5432/main`,
    `{"error":"admin:${x}@db.example.com failed"}`
  ])("is masked in words of unknown origin: %j", (given) => {
    expect(strict.text(given)).not.toContain(x)
    expect(JSON.stringify(strict.json({ note: given }))).not.toContain(x)
  })

  it.each([
    "mailto:ada1987@example.com",
    "From:ada1987@example.com",
    "npm:react@18.2.0",
    "nginx:1.25.3@sha256:0011223344556677",
    "git:main2024@example.com",
    "meet at 10:30@cafe.example",
    "user:password@host.example"
  ])("is told from what looks like one: %j", (given) => expect(strict.text(given)).toBe(given))
})

describe("what is said about a secret stays", () => {
  it.each([
    "jwt: malformed",
    "sid: S-1-5-21-3623811015-3361044348-30300820-1013",
    "token 'foo' unexpected",
    "Unexpected token '}' at line 3",
    "Secret \"db-credentials\" not found",
    "password for ada: missing",
    "name=token&value=yes",
    "- name: REPLICAS\n  value: three",
    "password policy changed in 2024",
    "the password rules2024 page"
  ])("%j", (given) => expect(text(given)).toBe(given))
})

describe("what stands around a secret stays", () => {
  it.each([
    [`Authorization: Bearer ${x} was refused`, "Authorization: [redacted] was refused"],
    [`GET /a?api_key=${x}&page=2 failed`, "GET /a?api_key=[redacted]&page=2 failed"],
    [`{"password":"${x}","user":"ada"}`, "{\"password\":\"[redacted]\",\"user\":\"ada\"}"],
    [`Config{user=ada, password=${x}, port=1}`, "Config{user=ada, password=[redacted], port=1}"],
    [`password=a,b;c ok`, "password=[redacted];c ok"],
    [`curl -u ada:${x} https://example.com`, "curl -u ada:[redacted] https://example.com"],
    [`<user>ada</user><password>${x}</password>`, "<user>ada</user><password>[redacted]</password>"],
    [`deploy --token ${x} --yes`, "deploy --token [redacted] --yes"],
    [`a%20${token}%20b`, "a%20[redacted]%20b"],
    [`token_${token}, see the log`, "token_[redacted], see the log"]
  ])("%s", (given, expected) => expect(text(given)).toBe(expected))
})
