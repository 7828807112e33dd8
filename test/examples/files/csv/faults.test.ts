/**
 * What is wrong with hostile CSV, to the line and column.
 */
import { maxRagged } from "@errata/examples/files/csv/Reader"
import { assert, describe, it } from "vitest"
import { fault, read } from "./reading.ts"

const bytes = (...values: ReadonlyArray<number | string>): Uint8Array =>
  Buffer.concat(values.map((value) => typeof value === "number" ? Buffer.from([value]) : Buffer.from(value)))

const stray = "A quote stands inside a field that is not quoted"
const after = "Text follows a closing quote"
const unclosed = "A quoted field opens here and is never closed"
const notUtf8 = "The text is not valid UTF-8: save it as UTF-8"

describe("a quote where none may stand", () => {
  it.each([
    ["inside a field", "a,b\n1,6\" pica\n", 2, 4, stray],
    ["at the end of a field", "a,b\n1,x\"\n", 2, 4, stray],
    ["in the header", "a\"b\n", 1, 2, stray],
    ["behind characters of several bytes", "a,b\n日本,ü👩\"\n", 2, 6, stray],
    ["behind a quoted field with two lines", "a,b\n\"x\r\ny\",z\"\n", 3, 5, stray],
    ["in the last line, without an end", "a,b\n1,2\n3,4\"", 3, 4, stray],
    ["behind lines that end in every way", "a\r1\r\n2\n3\n\r4\"", 6, 2, stray]
  ])("is named: %s", (_, text, line, column, reason) => {
    assert.deepStrictEqual(fault(text), { line, column, reason })
  })

  it.each([
    ["a letter", "a,b\n\"1\"x,2\n", 2, 4, after],
    ["a blank", "a,b\n\"1\" ,2\n", 2, 4, after],
    ["a character of several bytes", "a,b\n\"1\"ü,2\n", 2, 4, after],
    ["an empty field and a letter", "a,b\n\"\"x,2\n", 2, 3, after]
  ])("is named before %s that follows", (_, text, line, column, reason) => {
    assert.deepStrictEqual(fault(text), { line, column, reason })
  })

  it.each([
    ["at once", "a,b\n1,\"x", 2, 3],
    ["after more lines", "a,b\n1,\"x\n2,y\n3,z\n", 2, 3],
    ["as the last character", "a,b\n1,\"", 2, 3],
    ["after an escaped one", "a,b\n1,\"x\"\"", 2, 3],
    ["in the header", "\"a,b\n1,2\n", 1, 1]
  ])("is named where it opens if it is never closed: %s", (_, text, line, column) => {
    assert.deepStrictEqual(fault(text), { line, column, reason: unclosed })
  })

  it("is named where it opens if it is not closed soon: nothing fills the memory", () => {
    const text = `a,b\n1,"${"x".repeat(2_000)}`
    const reason = "A quoted field opens here and is not closed within 1000 bytes"
    assert.deepStrictEqual(fault(text, { maxRecordBytes: 1_000 }), { line: 2, column: 3, reason })
    assert.deepStrictEqual(fault(`${text}",`, { maxRecordBytes: 1_000 }).line, 2)
  })
})

describe("a record that is too long", () => {
  const options = { maxRecordBytes: 10 }

  it("is named where it ends", () => {
    const { column, line, reason } = fault("a\n12345678901\n", options)
    assert.deepStrictEqual({ line, column, reason }, {
      line: 2,
      column: 12,
      reason: "The record is longer than 10 bytes"
    })
  })

  it("is not one of just that length", () => {
    assert.deepStrictEqual(read("a\n1234567890\n", options).rows, [["1234567890"]])
  })
})

describe("a record with a wrong number of fields", () => {
  it.each([
    ["too few", "a,b,c\n1,2,3\n4,5\n", 3, 4, 1, "The record has 2 fields, but the header has 3"],
    ["too few, at the end of the file", "a,b,c\n1,2,3\n4", 3, 2, 1, "The record has 1 field, but the header has 3"],
    ["too many", "a,b\n1,2,3\n", 2, 5, 0, "The record has 3 fields, but the header has 2"],
    [
      "too many, where the first too many is empty",
      "a,b\n1,2,\n",
      2,
      5,
      0,
      "The record has 3 fields, but the header has 2"
    ],
    ["too many, over several lines", "a,b\n1,\"x\ny\",3,4\n", 3, 4, 0, "The record has 4 fields, but the header has 2"],
    ["just blanks", "a,b\n1,2\n  \n", 3, 3, 1, "The record has 1 field, but the header has 2"]
  ])("is named: %s", (_, text, line, column, record, reason) => {
    assert.deepStrictEqual(fault(text), { line, column, reason, record })
  })

  it("is no matter if it is skipped or behind the window", () => {
    const text = "a,b\n1\n2,2\n3\n4,4\n"
    assert.deepStrictEqual(read(text, { offset: 1, limit: 1 }).rows, [["2", "2"]])
    assert.strictEqual(read(text, { offset: 1, limit: 1 }).hasMore, true)
    assert.deepStrictEqual(read(text, { offset: 3 }).rows, [["4", "4"]])
    assert.strictEqual(fault(text, { offset: 1 }).record, 2)
  })

  it("is collected when validating, the first hundred of them", () => {
    const text = `a,b\n${"1\n2,2\n".repeat(150)}`
    const { count, ragged, rows } = read(text, { validates: true })
    assert.strictEqual(count, 300)
    assert.deepStrictEqual(rows, [])
    assert.lengthOf(ragged, maxRagged)
    assert.deepStrictEqual(ragged.slice(0, 2).map(({ line, record }) => [line, record]), [[2, 0], [4, 2]])
  })
})

describe("a text whose fields are parted otherwise", () => {
  it.each([
    ["semicolons", "name;age\nAda;36\n"],
    ["tabs", "name\tage\nAda\t36\n"],
    ["bars", "name|age\nAda|36"],
    ["semicolons", "\u{feff}name;age\r\nAda;36\r\n"]
  ])("is told what it seems to be parted by: %s", (name, text) => {
    const reason = `The fields seem to be parted by ${name}, but commas are expected`
    assert.deepStrictEqual(fault(text), { line: 1, column: 1, reason })
  })

  it("is told that its first line is no header", () => {
    const reason = "The first line declares the separator \";\", but a header with commas is expected"
    assert.deepStrictEqual(fault("sep=;\nname;age\nAda;36\n"), { line: 1, column: 1, reason })
  })

  it.each(["name\nAda; Grace\n", "\"a;b\"\n1\n", "a;b,c\n1,2\n", "name,age;years\nAda,36\n"])(
    "is none where commas part them, or nothing does: %j",
    (text) => assert.isNotEmpty(read(text).rows)
  )
})

describe("a text that is none", () => {
  it.each([
    ["a byte of Latin-1", bytes("a\nM", 0xe4, "rz\n"), 2, 2, notUtf8],
    ["a byte that never occurs", bytes("a\n1", 0xff, "\n"), 2, 2, notUtf8],
    ["an encoded surrogate", bytes("a\n", 0xed, 0xa0, 0x80, "\n"), 2, 1, notUtf8],
    ["an overlong slash", bytes("a\n", 0xc0, 0xaf, "\n"), 2, 1, notUtf8],
    ["a second half alone, behind good characters", bytes("a,b\nü,日", 0x80, "\n"), 2, 4, notUtf8],
    ["a character that is cut off", bytes("a\nü", 0xe6, 0x97), 2, 2, "The text ends inside a character of UTF-8"],
    [
      "UTF-16, little endian",
      bytes(0xff, 0xfe, "a", 0, "\n", 0),
      1,
      1,
      "The text is UTF-16, but UTF-8 is expected: save it as UTF-8"
    ],
    [
      "UTF-16, big endian",
      bytes(0xfe, 0xff, 0, "a", 0, "\n"),
      1,
      1,
      "The text is UTF-16, but UTF-8 is expected: save it as UTF-8"
    ],
    ["a NUL", bytes("a,b\n1,x", 0, "y\n"), 2, 4, "The file contains NUL characters, so it is no text"],
    ["a NUL inside quotes", bytes("a\n\"x", 0, "\"\n"), 2, 3, "The file contains NUL characters, so it is no text"]
  ])("is refused: %s", (_, text, line, column, reason) => {
    assert.deepStrictEqual(fault(text), { line, column, reason })
  })

  it("is no matter behind the window", () => {
    const { hasMore, rows } = read(bytes("a\n1\n2", 0xff), { limit: 1 })
    assert.deepStrictEqual({ hasMore, rows }, { hasMore: true, rows: [["1"]] })
    assert.strictEqual(read(bytes("a\n1\n", 0xff), { limit: 1 }).hasMore, true)
    assert.strictEqual(read(bytes("a\n1\n", 0xe6), { limit: 1 }).hasMore, true) // half a character
  })
})

describe("a header", () => {
  it("is expected", () => {
    for (const text of ["", "\ufeff", "\n\r\n\r"]) {
      assert.strictEqual(fault(text).reason, "The file is empty, but a header is expected", JSON.stringify(text))
    }
  })

  it("has no name twice", () => {
    const reason = "A column has the name of an earlier one"
    assert.deepStrictEqual(fault("id,name,id\n"), { line: 1, column: 9, reason })
    assert.deepStrictEqual(fault("a,\"x\ny\",b,\"x\ny\"\n1,2,3,4"), { line: 2, column: 6, reason })
    assert.deepStrictEqual(fault("ü,\"ü\""), { line: 1, column: 3, reason })
  })

  it("may leave names out, and is all there need be", () => {
    assert.deepStrictEqual(read(",b,\n1,2,3\n").columns, ["column_1", "b", "column_3"])
    assert.deepStrictEqual(read("a,b"), { columns: ["a", "b"], rows: [], count: 0, hasMore: false, ragged: [] })
  })
})

describe("what is no fault", () => {
  it.each([
    ["a byte order mark", "\ufeffa,b\n1,2\n", [["1", "2"]]],
    ["a byte order mark before a quote", "\ufeff\"a\",b\n1,2\n", [["1", "2"]]],
    ["CRLF", "a,b\r\n1,2\r\n", [["1", "2"]]],
    ["CR", "a,b\r1,2\r", [["1", "2"]]],
    ["every end of a line in one file", "a\n1\r\n2\r3\n\r4", [["1"], ["2"], ["3"], ["4"]]],
    ["line ends inside quotes, kept as they are", "a\n\"x\r\ny\rz\n\"\n", [["x\r\ny\rz\n"]]],
    ["quotes inside quotes", "a,b\n\"\"\"x\"\"\",\"\"\"\"\n", [["\"x\"", "\""]]],
    ["commas inside quotes", "a,b\n\",\",\",,\"\n", [[",", ",,"]]],
    ["empty fields, quoted or not", "a,b,c\n,\"\",\n", [["", "", ""]]],
    ["a record of nothing but an empty quoted field", "a\n\"\"\n", [[""]]],
    ["blank lines", "\n\na\n\n1\n\r\n2\n\n", [["1"], ["2"]]],
    ["blanks around values, which are kept", "a,b\n 1 , 2\n", [[" 1 ", " 2"]]],
    ["a mark in the middle", "a\n\ufeff1\n", [["\ufeff1"]]]
  ])("is read: %s", (_, text, rows) => {
    assert.deepStrictEqual(read(text).rows, rows)
  })
})
