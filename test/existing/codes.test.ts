/** Own errors with codes and statuses keep their words; errors of drivers do not, wherever their frames are. */
import * as Meta from "@errata/mcp-adapter/Meta"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"

const reply = async (make: () => unknown) => {
  const restore = takeStderr()
  try {
    const result = await wrapHandler(async (_args: object, _context?: unknown) => {
      throw make()
    }, { name: "it", logsCalls: false })({}, {})
    return Meta.problem(result._meta)
  } finally {
    restore()
  }
}

class ApiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
class ShopError extends Error {
  override readonly name = "ShopError"
  readonly code: unknown
  constructor(code: unknown, message: string) {
    super(message)
    this.code = code
  }
}
const coded = (message: string, fields: object) => Object.assign(new Error(message), fields)
const words = "The title must be at most 80 characters"

describe("an author's own words stay", () => {
  it.each<readonly [string, () => unknown, string]>([
    ["a word for a code", () => coded(words, { code: "ORDER_CANCELLED" }), "processing_error"],
    ["a word for a code in a class", () => new ShopError("OUT_OF_STOCK", words), "processing_error"],
    ["a code of small letters", () => new ShopError("order/cancelled", words), "processing_error"],
    ["another word", () => new ShopError("SOLD", words), "processing_error"],
    ["a status of the caller's fault", () => new ApiError(422, words), "invalid_arguments"],
    ["another", () => new ApiError(404, words), "not_found"],
    ["a number for a code", () => new ShopError(409, words), "conflict"]
  ])("%s", async (_, make, type) => {
    const problem = await reply(make)
    expect([problem?.message, problem?.type]).toEqual([words, type])
  })
})

describe("a driver's words do not leave, wherever its first frame is", () => {
  const driver = "relation secret_orders does not exist"
  it.each<readonly [string, () => unknown]>([
    ["SQLSTATE", () => coded(driver, { code: "XX000" })],
    ["SQLSTATE of a class", () => new ShopError("42P01", driver)],
    ["SQLite's", () => coded(driver, { code: "SQLITE_CORRUPT_INDEX" })],
    ["MySQL's", () => coded(driver, { code: "ER_NO_SUCH_TABLE" })],
    ["Oracle's", () => coded(driver, { code: "ORA-00942" })],
    ["Prisma's", () => coded(driver, { code: "P2021" })],
    ["Node's", () => coded(driver, { code: "ERR_SQLITE_ERROR" })],
    ["a system call's", () => coded(driver, { code: "ENOENT" })],
    ["AWS's", () => coded(driver, { code: "ResourceInUseException" })],
    ["a number", () => coded(driver, { code: 7 })],
    ["a status on a stock class", () => coded(driver, { status: 404 })],
    ["a status of the server's fault", () => new ApiError(500, driver)],
    ["a status of the server's fault", () => new ApiError(503, driver)],
    ["a code and a driver's mark", () => coded(driver, { code: "ORDER_CANCELLED", sqlState: "x" })],
    ["a code and a response", () => coded(driver, { code: "ORDER_CANCELLED", response: {} })],
    ["an id", () => coded(driver, { code: "req_4f9a8b7c6d5e" })],
    ["an object for a code", () => new ShopError({ a: 1 }, driver)]
  ])("%s", async (_, make) => {
    expect(JSON.stringify(await reply(make))).not.toContain("secret_orders")
  })
})
