/** Families that need more than a name and a message are not asked about a bare error: nothing may depend on that. */
import * as Classifier from "@errata/core/Classifier"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const names = [
  "Error",
  "TypeError",
  "GraphQLError",
  "TRPCError",
  "HttpError",
  "FirebaseError",
  "FTPError",
  "MongoNetworkError",
  "RequestError",
  "TimeoutError",
  "AbortError",
  "ConnectionError",
  "CredentialsProviderError",
  "ThrottlingException",
  "NoSuchKey",
  "RateLimitError",
  "ReplyError",
  "PrismaClientKnownRequestError",
  "ZodError",
  "SyntaxError",
  "HttpClientError",
  "SqlError",
  "Neo4jError",
  "SlackError"
]

const messages = [
  "",
  "No such order",
  "connect ECONNREFUSED 127.0.0.1:80",
  "Request failed with status code 404",
  "Unexpected server response: 503",
  "UNIQUE constraint failed: users.email",
  "ORA-00001: unique constraint violated",
  "14 UNAVAILABLE: No connection established",
  "WRONGTYPE Operation against a key",
  "Unexpected token < in JSON at position 0",
  "net::ERR_CONNECTION_RESET",
  "{\"type\":\"/problems/not-found\",\"title\":\"Not found\",\"status\":404}",
  " {\"status\":429,\"title\":\"Too many\"}",
  "fetch failed",
  "timeout exceeded when trying to connect",
  "due to user request"
]

const made = (name: string, message: string): ReadonlyArray<Error> => {
  class Own extends Error {}
  Object.defineProperty(Own, "name", { value: name })
  const named = new Error(message)
  named.name = name
  return [new Own(message), named]
}

const families = join(dirname(fileURLToPath(import.meta.resolve("@errata/core/Classifier"))), "internal")

/** What the families are written with: the words of their tables, and their patterns as texts that mostly fit them. */
const written = () => {
  const code = readdirSync(families).map((file) => readFileSync(join(families, file), "utf8")).join("\n")
  const words = [...code.matchAll(/"([^"\n]+)"/g)].flatMap(([, text = ""]) => text.split(" "))
  const patterns = [...code.matchAll(/(?<=[,=:(\s])\/((?:\\.|[^/\n\\])+)\/[a-z]*(?=[,\]).\s])/g)].map((
    [, source = ""]
  ) => source)
  return {
    names: [...new Set(words.filter((word) => /^[A-Z_]\w+$/.test(word)))],
    messages: [...new Set(patterns.flatMap(textsOf))]
  }
}

/** The alternatives of a pattern, each with what stands before and behind all of them. */
const textsOf = (source: string): ReadonlyArray<string> => {
  const [, before = "", inner, behind = ""] = /^([^()]*)\((?:\?:)?(.*)\)([^()]*)$/.exec(source) ?? []
  return (inner?.split("|") ?? [""]).map((one) => plain(inner === undefined ? source : `${before}${one}${behind}`))
}

const plain = (source: string): string =>
  source.replace(/\\d(?:\{3\}|\+)?/g, "404").replace(/\.\{[\d,]+\}|\.\*/g, "x").replace(
    /\\b|\(\?[:!=][^)]*\)|[\^$]/g,
    ""
  )
    .replace(/\(|\)\??|\\(?=[./-])|\[[^\]]*\]\+?|\?/g, "")

const expectSame = (name: string, message: string): string | undefined => {
  const [failure, twin] = [made(name, message), made(name, message)]
  for (const i of [0, 1]) {
    const marked = Object.assign(twin[i]!, { meaningless: 1 })
    expect([name, message, Classifier.explain(failure[i])]).toEqual([name, message, Classifier.explain(marked)])
    const context = { handler: { arguments: {} } }
    expect([name, message, Classifier.explain(failure[i], context)])
      .toEqual([name, message, Classifier.explain(marked, context)])
  }
  return Classifier.explain(failure[0]).family
}

describe("a bare error", () => {
  it("is classified by every word and sentence of the families as one with a field of no meaning", () => {
    const { messages, names } = written()
    const byName = names.map((name) => expectSame(name, "No such order"))
    const byMessage = messages.map((message) => expectSame("ShopError", message))
    const known = (families: ReadonlyArray<string | undefined>) =>
      new Set(families.filter((family) => family !== undefined))
    expect(known(byName)).toEqual(
      new Set(["guards", "sql", "mongo", "redis", "queues", "neo4j", "node", "language", "names", "aws", "schema"])
    )
    expect(known(byMessage)).toEqual(new Set(["guards", "sql", "redis", "node", "http"]))
    for (const name of ["MongooseError", "ReplyError"]) for (const message of messages) expectSame(name, message)
  })

  it("is classified as one with a field of no meaning", () => {
    for (const name of names) {
      for (const message of messages) {
        for (const [i, failure] of made(name, message).entries()) {
          const marked = Object.assign(made(name, message)[i]!, { meaningless: 1 })
          expect([name, message, Classifier.explain(failure)]).toEqual([name, message, Classifier.explain(marked)])
        }
      }
    }
  })

  it("that is none has a code, a status or a cause, of its own or of its class", () => {
    class Refused extends Error {
      get status() {
        return 404
      }
    }
    for (
      const failure of [
        new Refused("no"),
        Object.assign(new Error("no"), { status: 404 }),
        new Error("no", { cause: { status: 404 } })
      ]
    ) expect(Classifier.explain(failure).sentence).toContain("status 404")
  })
})
