/** SQL and stacks that must not leave, and the English and the places in files that look like them. */
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"

const quiet = { name: "it", logsCalls: false }

const thrown = async (message: string, args: object = {}): Promise<string> => {
  const restore = takeStderr()
  try {
    const handler = wrapHandler(async (_args: object, _context?: unknown) => {
      throw new Error(message)
    }, quiet)
    const [block] = (await handler(args, {})).content
    const [first = "", , ...below] = block?.type === "text" ? block.text.split("\n") : []
    return [first, ...below.filter((line) => line.startsWith("| ")).map((line) => line.slice(2))].join("\n")
  } finally {
    restore()
  }
}

/** What is thrown ends its first line as a sentence. */
const sentence = (message: string): string => message.replace(/(?<![.!?])(?=\n|$)/, ".")

const returned = async (message: string, args: object = {}): Promise<string> => {
  const restore = takeStderr()
  try {
    const handler = wrapHandler(
      async (_args: object, _context?: unknown) => ({ isError: true, content: [{ type: "text", text: message }] }),
      quiet
    )
    const [block] = (await handler(args, {})).content
    return block?.type === "text" ? block.text.split("\nError: ")[0]! : ""
  } finally {
    restore()
  }
}

const masked = "The tool failed unexpectedly."

const statements = [
  "select * from users",
  "select id from secrets where x = 1 failed",
  "select name from users",
  "query failed: select name from users",
  "SELECT id, name FROM orders",
  "SELECT name FROM users",
  "Select * from users",
  "select count(*) from orders",
  "select u.id, u.name from app.users u join teams t on t.id = u.team",
  `select "user"."id", "user"."password" from "user"`,
  "select `id` from `orders` limit 5",
  "select distinct city from addresses order by city",
  "could not run select id, total from invoices where total > 5",
  "select id as key from public.accounts",
  "select sum(total) from order_lines group by order_id",
  "select 1 from dual; then it failed",
  "error: select pg_sleep(10)",
  "select t.* from t where t.id in (1, 2)",
  "SELECT id FROM a UNION SELECT id FROM b",
  "select email from users where email like 'a%'",
  "select id from jobs where done is null",
  "select\n  id,\n  name\nfrom users\nwhere id = 7",
  "insert into users (id, name) values ($1, $2)",
  "INSERT INTO orders VALUES (1, 2)",
  "insert into audit select * from log_lines",
  "duplicate key while INSERT INTO orders",
  `insert into "accounts" ("id", "owner") values (?, ?)`,
  "insert ignore into users set name = 'x'",
  "update users set password = 'x' where id = 7",
  "UPDATE orders SET total = 0",
  "failed: update only accounts a set balance = balance - 5",
  "delete from users where id = 7",
  "DELETE FROM sessions",
  "delete from sessions",
  "delete from logs using old where old.id = logs.id",
  "create table users (id int primary key)",
  "CREATE INDEX users_name ON users (name)",
  "create unique index concurrently i on users (email)",
  "create view actives as select * from users",
  "alter table users add column secret text",
  "drop table if exists users",
  "drop view if exists reports_2019 was refused",
  `select ${Array.from({ length: 60 }, (_, i) => `"user"."column${i}"`).join(", ")} from "user"`,
  "select *\nfrom users\nwhere id = 7\n  and owner = 'ada'\norder by id",
  "drop table users cascade",
  "truncate table orders;",
  "merge into targets t using sources s on t.id = s.id",
  "with recent as (select * from orders) delete from orders where id in (select id from recent)"
]

const english = [
  "Select a plan from the list",
  "Select at least one column from the table",
  "Select items from your cart first",
  "Please select a region from: eu, us",
  "Select one, two or three values from the list",
  "Select the rows you want from the sheet, then call again",
  "You have to select a file from the folder first",
  "Two ways:\nSelect a plan from the list\nor update your settings and set a limit",
  "SELECT A VALUE FROM THE LIST",
  "error: select items from the list",
  "Then select items from inventory",
  "Cannot select text from a scanned page",
  "Select between 1 and 5 items from inventory",
  "Select an option from config.yaml",
  "Cannot insert into position 5: use append",
  "Insert into the document at index 3 failed: the index is out of range",
  "Nothing to insert into the page",
  "Insert into a cell (row, column) is not supported",
  "Cannot insert into index (5)",
  "You cannot delete from a read-only list",
  "Delete from the end of the list first",
  "Cannot delete from archive",
  "Delete from archive is not allowed: restore it first",
  "To update X set the flag",
  "Update your settings and set a limit",
  "Update the record, set nothing twice",
  "To update a card set its column",
  "create index first",
  "Use \"create view\" first; drop index cards here",
  "Create table of contents before you export",
  "Create a table first",
  "Create view first, then share it",
  "Alter table names only in draft mode",
  "Drop table reservations here",
  "Drop index cards into the box",
  "Create database backups before you go on",
  "Create role first, then invite",
  "Cannot merge into main: the branch is protected",
  "Merge into the base branch with rebase",
  "Cannot truncate table cells",
  "with this plan you cannot select from archives",
  "Either select or insert, update and delete are not available",
  "Pick what to delete from backups with list_backups"
]

const stacks = [
  "boom\n    at db (/srv/app/db.js:3:7)",
  "boom\n    at /srv/app/db.js:3:7",
  "boom\n    at async run (file:///srv/app/db.mjs:3:7)",
  "boom\n    at file:///srv/app/db.mjs:3:7",
  "boom\n    at new Promise (<anonymous>)",
  "boom\n    at node:internal/main/run_main_module:36:49",
  "boom\n    at Module._compile (node:internal/modules/cjs/loader:1554:14)",
  "boom\n    at Object.<anonymous> (C:\\app\\x.js:1:2)",
  "boom\n    at C:\\app\\x.js:1:2",
  "boom\n\tat Query.run (/srv/app/q.js:1:2)\nand more",
  "boom\n    at async Promise.all (index 0)",
  "boom\n    at eval (eval at run (/srv/app/x.js:1:2), <anonymous>:1:7)",
  "boom\n    at f (webpack-internal:///./src/x.js:1:2)",
  "boom\n    at f (src/x.js:1:2)",
  "boom\n    at f (x.js:1:2)\n    at g (x.js:5:2)",
  "boom\r\n    at f (/srv/x.js:1:2)\r\n    at g (/srv/x.js:5:2)"
]

const lookalikes = [
  "Parse error:\n  at config.yaml:3:5",
  "Unexpected key\n    at line 3:5 in the file",
  "2 tests failed:\n    at login.spec.ts:10:3",
  "3 tests failed:\n    at login.spec.ts:10:3\n    at cart.spec.ts:4:1",
  "Unexpected token\n  at mapping (config.yaml:3:5)",
  "Train leaves\n  at 10:30:15",
  "Nothing found\n  at (3:5)",
  "Wrong type\n  at items[2].name",
  "Meet me\n  at home (see note:3)"
]

describe("statements that the caller did not send", () => {
  it.each(statements)("mask a message: %s", async (message) => {
    expect(await thrown(message)).toBe(masked)
  })

  it.each(statements)("are taken out of a text that is returned: %s", async (message) => {
    const said = await returned(`Before it.\n${message}\nAfter it.`)
    expect(said).toMatch(/^Before it\.\n[^\n]*\[redacted\]\nAfter it\.$/)
  })

  it("are said to who sent them", async () => {
    const sql = "select id from orders where x = 1"
    expect(await thrown(`cannot run: ${sql}`, { sql })).toBe(`cannot run: ${sql}.`)
    expect(await returned(`cannot run: ${sql}`, { sql })).toBe(`cannot run: ${sql}`)
    expect(await thrown("cannot run: select id from secrets where x = 1", { sql })).toBe(masked)
  })
})

describe("English", () => {
  it.each(english)("passes: %s", async (message) => {
    expect(await thrown(message)).toBe(sentence(message))
    expect(await returned(message)).toBe(message)
  })
})

describe("stacks", () => {
  it.each(stacks)("mask a message: %j", async (message) => {
    expect(await thrown(message)).toBe(masked)
  })

  it("are taken out of a text that is returned", async () => {
    expect(await returned("boom\n    at db (/srv/app/db.js:3:7)\n    at /srv/app/x.js:1:1\nand more")).toBe(
      "boom\nand more"
    )
  })

  it.each(lookalikes)("and places in the caller's files are told apart: %j", async (message) => {
    expect(await thrown(message)).toBe(sentence(message))
    expect(await returned(message)).toBe(message)
  })
})
