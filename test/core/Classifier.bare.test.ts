/** Families that need more than a name and a message are not asked about a bare error: nothing may depend on that. */
import * as Classifier from "@errata/core/Classifier"
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

describe("a bare error", () => {
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
