/**
 * Secrets that look real and are not. They are put together at run time, so that no scanner takes this file for a leak.
 */

const hex = (length: number): string => "0123456789abcdef9f8e7d6c5b4a3210".repeat(9).slice(0, length)
const mixed = (length: number): string => "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0xL".repeat(9).slice(0, length)
const upper = (length: number): string => "ABCDEFGH2345JKLMNPQRSTUVWXYZ6789".repeat(3).slice(0, length)
const base64 = (text: string): string => Buffer.from(text).toString("base64")
const of = (...parts: ReadonlyArray<string>): string => parts.join("")

/** A text as it may turn up in a message, and the part of it that must not leave. */
export interface Secret {
  readonly name: string
  readonly text: string
  readonly secret: string
}

const whole = (name: string, secret: string): Secret => ({ name, text: secret, secret })
const inside = (name: string, before: string, secret: string, after = ""): Secret => ({
  name,
  text: before + secret + after,
  secret
})

const pem = (kind: string, body: string): Secret =>
  inside(`${kind} key`, `-----BEGIN ${kind}-----\n`, `${body}\n${body}`, `\n-----END ${kind}-----`)

/** Keys and tokens that are known by their form, wherever they stand. */
export const byForm: ReadonlyArray<Secret> = [
  whole("AWS access key id", of("AK", "IA", upper(16))),
  whole("AWS temporary key id", of("AS", "IA", upper(16))),
  whole("GitHub token", of("gh", "p_", mixed(36))),
  whole("GitHub server token", of("gh", "s_", mixed(36))),
  whole("GitHub fine-grained token", of("github", "_pat_", mixed(22), "_", mixed(59))),
  whole("GitLab token", of("gl", "pat-", mixed(20))),
  whole("Slack bot token", of("xo", "xb-", "123456789012-", mixed(24))),
  whole("Slack app token", of("xa", "pp-", "1-A0", mixed(30))),
  inside("Slack webhook", "https://", of("hooks.sl", "ack.com/services/T00000000/B00000000/", mixed(24))),
  whole("Stripe secret key", of("sk", "_live_", mixed(24))),
  whole("Stripe restricted key", of("rk", "_live_", mixed(24))),
  whole("Stripe webhook secret", of("wh", "sec_", mixed(32))),
  whole("OpenAI key", of("s", "k-", mixed(48))),
  whole("OpenAI project key", of("s", "k-proj-", mixed(48))),
  whole("Anthropic key", of("s", "k-ant-api03-", mixed(60))),
  whole("Google API key", of("AI", "za", mixed(35))),
  whole("Google OAuth token", of("ya", "29.", mixed(60))),
  whole("Google client secret", of("GOC", "SPX-", mixed(28))),
  whole("npm token", of("np", "m_", mixed(36))),
  whole("PyPI token", of("py", "pi-AgEIcHlwaS5vcmc", mixed(60))),
  whole("Hugging Face token", of("h", "f_", mixed(34))),
  whole("SendGrid key", of("S", "G.", mixed(22), ".", mixed(43))),
  whole("Twilio key", of("S", "K", hex(32))),
  whole("Mailgun key", of("ke", "y-", hex(32))),
  whole("Mailchimp key", of(hex(32), "-us", "12")),
  whole("Telegram bot token", of("123456789:", "AA", mixed(33))),
  whole("Shopify token", of("shp", "at_", hex(32))),
  whole("Square token", of("sq0", "atp-", mixed(22))),
  whole("DigitalOcean token", of("dop", "_v1_", hex(64))),
  whole("Databricks token", of("da", "pi", hex(32))),
  whole("Linear key", of("lin", "_api_", mixed(40))),
  whole("Notion token", of("nt", "n_", mixed(46))),
  whole("Vault token", of("hv", "s.", mixed(24))),
  whole("age key", of("AGE-SEC", "RET-KEY-1", upper(58))),
  whole("JSON web token", of("ey", "JhbGciOiJIUzI1NiJ9", ".ey", "JzdWIiOiIxMjM0NTY3ODkwIn0", ".", mixed(43))),
  pem("RSA PRIVATE KEY", base64("not a key at all, only a text of some length")),
  pem("OPENSSH PRIVATE KEY", base64("not a key at all either, only a text of some length")),
  pem("PGP PRIVATE KEY BLOCK", base64("and this one is none as well, but it is long enough"))
]

/** Secrets that are known by what stands before them. */
const byContext: ReadonlyArray<Secret> = [
  inside("bearer header", "Authorization: Bearer ", mixed(40)),
  inside("bearer in prose", "rejected Bearer ", of("ab12.", "cd34.", "ef56.", "gh78"), " twice"),
  inside("basic header", "Authorization: Basic ", base64("admin:swordfish")),
  inside("basic in prose", "sent Basic ", base64("user:pass")),
  inside("basic in prose, without padding", "sent basic ", base64("admin:swordfish7").replace(/=+$/, "")),
  inside("cookie header", "Cookie: sid=", of("s%3A", mixed(32))),
  inside("set-cookie header", "set-cookie: session=", mixed(32), "; Path=/; HttpOnly"),
  inside("password in JSON", "{\"user\":\"ada\",\"password\":\"", "correct horse battery", "\"}"),
  inside("password in JSON in JSON", "{\\\"user\\\":\\\"ada\\\",\\\"password\\\":\\\"", "hunter two", "\\\"}"),
  inside("password in single quotes", "{'password': '", "swordfish fresh", "'}"),
  inside("password with a colon", "Login failed, password: ", "Sw0rdf!sh"),
  inside("password in camel case", "dbPassword=", "swordfish"),
  inside("password in an environment", "PGPASSWORD=", "swordfish", " psql"),
  inside("password after an arrow", "\"password\" => \"", "swordfish", "\""),
  inside("api key in a query", "GET /v1/items?api_key=", mixed(20), "&page=2 failed"),
  inside("access token in a query", "https://api.example.com/me?access_token=", mixed(30), "#top"),
  inside("token in prose", "invalid token: ", mixed(20)),
  inside("id token", "idToken=", mixed(20)),
  inside("header of an api key", "x-api-key: ", mixed(16)),
  inside("client secret", "client_secret=", mixed(24), "&grant_type=client_credentials"),
  inside("AWS secret access key", "aws_secret_access_key = ", of("wJalrXUt", "nFEMI/K7MDENG/", "bPxRfiCY")),
  inside("Django secret key", "SECRET_KEY='", "django-insecure-x7", "'"),
  inside("presigned signature", "https://bucket.s3.amazonaws.com/a?X-Amz-Signature=", hex(64)),
  inside("shared access signature", "https://acct.blob.core.windows.net/c?sv=2024&sig=", "AbCdEf%2BGh%3D", "&se=2030"),
  inside(
    "Azure storage",
    "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=",
    of(mixed(40), "=="),
    ";EndpointSuffix=core.windows.net"
  ),
  inside("SQL Server", "Server=tcp:db,1433;User ID=sa;Password=", "Sw0rdf!sh", ";Encrypt=True"),
  inside("SQL Server, short", "Server=db;Uid=sa;Pwd=", "swordfish", ";"),
  inside("Postgres", "postgres://", "app:swordfish", "@db.internal:5432/main"),
  inside("Postgres, password with a slash", "postgresql://", "app:sword/fish", "@db/main"),
  inside("Postgres, password with an at sign", "postgres://", "app:sword@fish", "@db/main"),
  inside("MySQL, password with a colon", "mysql://", "root:sword:fish", "@localhost"),
  inside("MongoDB", "mongodb+srv://", "app:sw%40rdfish", "@cluster0.example.net/main?retryWrites=true"),
  inside("Redis without a user", "rediss://", ":swordfish", "@cache.internal:6380/0"),
  inside("AMQP", "amqp://", "guest:swordfish", "@mq"),
  inside("token as a user", "https://", "x9f8e7d6c5", "@git.example.com/repo.git"),
  inside("digest header", "Authorization: Digest username=\"ada\", realm=\"r\", response=\"", hex(32), "\""),
  inside("hawk header", "Authorization: Hawk id=\"dh37\", mac=\"", mixed(20), "\""),
  inside("header of another scheme", "Authorization: SSWS ", mixed(20)),
  inside("password as a flag", "login --password ", "swordfish", " --yes"),
  inside("credentials of curl", "curl -u ada:", "sw0rdfish", " https://example.com"),
  inside("netrc", "machine example.com login ada password ", "swordfish"),
  inside("password as an element", "<password>", "swordfish", "</password>"),
  inside("key in a query", "https://example.com/items?key=", mixed(20)),
  inside("password, percent-encoded", "a%26password%3D", "swordfish", "%26b%3D1"),
  inside("key in a sentence", "Incorrect API key provided: ", mixed(20), "."),
  inside("a name and a value", "{\"name\":\"password\",\"value\":\"", "swordfish", "\"}"),
  inside("token that is glued", "token_", of("gh", "p_", mixed(36))),
  whole("Groq key", of("gs", "k_", mixed(52))),
  whole("Cloudflare token", of("cf", "ut_", mixed(48))),
  whole("Entra client secret", of("aB3", "8Q", "~", mixed(31))),
  inside("card number", "charged ", "4111111111111111", " twice"),
  inside("card number in groups", "card ", "5555 5555 5555 4444", "."),
  inside("card number with hyphens", "card ", "4012-8888-8888-1881"),
  inside("Amex number in groups", "card ", "3782 822463 10005"),
  inside("Mastercard of the second series", "card-", "2223003122003222"),
  inside("Discover number", "pan=", "6011000990139424")
]

export const all: ReadonlyArray<Secret> = [...byForm, ...byContext]

/** Names of properties whose value is a secret whatever it looks like. */
export const secretNames: ReadonlyArray<string> = [
  "password",
  "Password",
  "PASSWORD",
  "user_password",
  "dbPassword",
  "PGPASSWORD",
  "passwd",
  "passphrase",
  "pwd",
  "secret",
  "client_secret",
  "clientSecret",
  "secretKey",
  "secret_access_key",
  "token",
  "access_token",
  "accessToken",
  "authtoken",
  "refreshtoken",
  "api_key",
  "apiKey",
  "apikey",
  "x-api-key",
  "private_key",
  "signing_key",
  "encryptionKey",
  "authorization",
  "Authorization",
  "cookie",
  "set-cookie",
  "credentials",
  "account_key",
  "secrets",
  "passwords"
]

/** Names of properties that only look like it. */
export const ordinaryNames: ReadonlyArray<string> = [
  "tokens",
  "max_tokens",
  "total_tokens",
  "tokenizer",
  "page_token",
  "nextPageToken",
  "continuation_token",
  "secretary",
  "key",
  "keys",
  "primary_key",
  "foreign_key",
  "sort_key",
  "passed",
  "bypass",
  "compass",
  "author",
  "authority",
  "title",
  "description",
  "id",
  "cookies_accepted"
]
