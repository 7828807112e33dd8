/** A hostile text costs time in proportion to its length: what is quadratic takes 64 times as long for eight times as much. */
import * as Redaction from "@errata/core/Redaction"
import { describe, expect, it } from "vitest"

const names = [
  "password",
  "token:",
  "token\\",
  "token:[",
  "secret:{\"",
  "password:[\"",
  "auth[",
  "key=",
  "?key=",
  "cookie:"
]
const values = [
  "password=",
  "pass:${",
  "password: |\n ",
  "password:\n",
  "password=[redacted]",
  "token is ",
  "api key provided "
]
const headers = ["authorization:", "authorization: digest a", "cookie: a=", "bearer ", "basic ", "bearer a1"]
const commands = ["login a password ", "-u a:", "--password ", "--a ", "mysql -p", "account login "]
const markup = [
  "<password>",
  "<password ",
  "\"name\":\"password\",",
  "[\"password\",\"",
  "[[\"password\",\"",
  "\"value\":\"x\","
]
const urls = [
  "http://",
  "http://a:",
  "://",
  "a://b:",
  "a:b@",
  "@",
  "https://a:b@",
  "/api/webhooks/",
  "hooks.slack.com/"
]
const starts = [
  "sk-",
  "sk-aaaaaaaa-",
  "hf_",
  "secret_",
  "eyJ",
  "eyJ-",
  "jwt=eyJ",
  "ghp_",
  "xoxb-",
  "dp.st.",
  "SG.",
  "re_a",
  "pat-"
]
const middles = [
  ":AA",
  "12345678:AA",
  "access_token$",
  "Q~",
  "1//0",
  "+ASt",
  "!A",
  ".atlasv1.",
  "T3BlbkFJ",
  "-us1",
  "aa-us"
]
const general = ["a_", "a_1", "acme_a1", "a1_b2.", "aA", `${"M".repeat(24)}.`]
const digits = ["1 ", "4", "4111 ", "1-1-", "3 3 3"]
const escapes = [
  "\\u0041",
  "\\n",
  "\\\\",
  "\\\"a\\\":",
  "%41",
  "%2541",
  "&amp;",
  "&quot;",
  "\u200b",
  "\u3164a",
  "\uff41",
  "\u001b[1m"
]
const keys = [
  "-----BEGIN PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\n-----END",
  "Private-Lines:",
  "kty \"d\":\"",
  "AGE-SECRET-KEY-1"
]
const plain = ["=", "-", "\"", "a.", "[redacted]", "\t\t", "=>", "x".repeat(50), " "]

const seeds = [names, values, headers, commands, markup, urls, starts, middles, general, digits, escapes, keys, plain]
  .flat()

/** Seconds of the processor, not of the clock: others work on the same machine. */
const cost = (text: string): number => {
  let least = Infinity
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage().user
    Redaction.strict(Redaction.standard).text(text)
    least = Math.min(least, process.cpuUsage().user - before)
  }
  return least / 1000
}

describe("eight times as much takes about eight times as long", () => {
  it.each(seeds)("%j", (seed) => {
    const small = seed.repeat(Math.ceil(10_000 / seed.length))
    expect(cost(small.repeat(8))).toBeLessThan(20 * cost(small) + 100)
  })
})
