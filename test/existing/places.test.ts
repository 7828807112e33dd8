/** Places that leave a message, and what only looks like one. */
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"

const said = async (message: string, args: object = {}): Promise<string> => {
  const restore = takeStderr()
  try {
    const handler = wrapHandler(async (_args: object, _context?: unknown) => {
      throw new Error(message)
    }, { name: "it", logsCalls: false })
    const [block] = (await handler(args, {})).content
    return block?.type === "text" ? block.text.split("\n")[0]!.replace(/\.$/, "") : ""
  } finally {
    restore()
  }
}

describe("what is taken out", () => {
  it.each([
    ["Cannot read \\\\fileserver\\share\\pay.xlsx", "Cannot read [path]"],
    ["Cannot read /pgdata/base/16384/1259", "Cannot read [path]"],
    ["no such file '/pgdata/base/1'", "no such file '[path]'"],
    ["path:/srv/app/x is gone", "path:[path] is gone"],
    ["file:/srv/app/x", "[path]"],
    ["unix:///var/run/docker.sock refused", "[path] refused"],
    ["sqlite:////srv/x.db is locked", "[path] is locked"],
    ["see //srv/app", "see [path]"],
    ["Cannot read /Users/ada/My Documents/pay roll.txt", "Cannot read [path]"],
    ["Cannot copy /home/ada/a.txt to docs/b.txt", "Cannot copy [path] to docs/b.txt"],
    ["open '/srv/my app/.env' failed", "open '[path]' failed"],
    ["open C:\\Program Files\\x\\y.txt", "open [path]"],
    ["/data/sensors/1 is full", "[path] is full"],
    ["GET /etc/passwd", "GET [path]"],
    ["getaddrinfo ENOTFOUND pg-main", "getaddrinfo ENOTFOUND [host]"],
    ["getaddrinfo EAI_AGAIN db", "getaddrinfo EAI_AGAIN [host]"],
    ["no answer from http://db-primary:5432", "no answer from http://[host]"],
    ["no answer from http://billing/x", "no answer from http://[host]/x"],
    ["no answer from tcp://db:5432", "no answer from tcp://[host]"],
    ["no answer from redis://cache", "no answer from redis://[host]"],
    ["ssh ada@db1.corp", "ssh ada@[host]"],
    ["10.0.0.5 does not answer", "[address] does not answer"],
    ["billing.internal does not answer", "[host] does not answer"]
  ])("%s", async (message, expected) => {
    expect(await said(message)).toBe(expected)
  })
})

describe("what stays", () => {
  it.each([
    "Version 1.2.3.4 is needed",
    "Section 3.2.1.4 is missing",
    "see section 3.2.1.4",
    "v1.2.3.4 and later",
    "Upgrade to 10.0.19041.1 first",
    "999.1.2.3 is no address",
    "com.example.internal.app is not installed",
    "org.acme.db.Client is no plugin",
    "Topic /data/sensors/1 has no subscribers",
    "Route /app/settings not found",
    "GET /data/export failed",
    "Endpoint /run/jobs is disabled",
    "Call GET /v1/users/7 first",
    "No user at /users/7/orders",
    "Open http://localhost:3000/callback to sign in",
    "See https://docs.example.com/a/b",
    "Read note://today first",
    "No resource memo://insights",
    "s3://reports/2024 is empty",
    "write to ada@mail.internal",
    "write to ada@example.com",
    "either/or, and/or, a/b.c",
    "12:30:45 is too late",
    "ratio 3/4 of 10.5"
  ])("%s", async (message) => {
    expect(await said(message)).toBe(message)
  })

  it("are the places that the caller named, and what lies below them", async () => {
    const args = { paths: ["/home/ada/docs", "/srv/x/y.txt"], note: "ask db.internal at 10.0.0.5:5432" }
    for (
      const message of [
        "Denied /home/ada/docs/a/b.txt",
        "Not in /srv/x/y.txt",
        "Not in /srv/x",
        "no answer from db.internal",
        "no answer from 10.0.0.5:5432"
      ]
    ) expect(await said(message, args)).toBe(message)
    expect(await said("Denied /home/ada/docs/../../root/x", args)).toBe("Denied [path]")
    expect(await said("Denied /home/ada/docs2/x", args)).toBe("Denied [path]")
    expect(await said("Denied /root/x/y.txt", { path: "x/y.txt" })).toBe("Denied [path]/x/y.txt")
  })
})
