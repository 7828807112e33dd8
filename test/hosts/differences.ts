/**
 * What hosts do differently, and we cannot change: the only differences that the contract suite allows, and it fails when one
 * of them is gone. The guide `docs/guides/hosts.md` shows this table; a test compares the two.
 */
import type { Case } from "./cases.ts"
import { type Host, names } from "./servers.ts"

export interface Difference {
  readonly what: string
  /** What the reference does, SDK 1.x. */
  readonly there: string
  /** Who differs. */
  readonly hosts: ReadonlyArray<Host>
  /** What they do instead. */
  readonly instead: string
  /** Where it shows: titles of cases, or in every result. */
  readonly cases: ReadonlyArray<string> | "every result"
  /** Makes what is expected of what the reference did. */
  readonly change: (expected: never) => unknown
}

const of = (...starts: ReadonlyArray<string>): ReadonlyArray<Host> =>
  names.filter((name) => starts.some((start) => name.startsWith(start)))

const effect = of("effect")
const notSdk1 = of("SDK 2.x", "effect")
const modern = names.filter((name) => name.includes("2026-07-28"))

const protocolError = (code: number) => () => ({ error: { code } })

const without = (name: string, value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))

interface Result {
  readonly result: { readonly _meta?: object; readonly [name: string]: unknown }
}

type Tools = ReadonlyArray<{ readonly annotations: object }>

export const differences: ReadonlyArray<Difference> = [
  {
    what: "A tool that does not exist",
    there: "the JSON-RPC error -32602, with the names that are near",
    hosts: effect,
    instead: "the same error, without names",
    cases: ["unknown tool: a name that is near"],
    change: () => "-32602"
  },
  {
    what: "Arguments that are `null` or no object",
    there: "`null` is taken for `{}`, the rest is `invalid_arguments`",
    hosts: effect,
    instead: "the JSON-RPC error -32602",
    cases: ["arguments: null", "arguments: an array", "arguments: a string"],
    change: protocolError(-32602)
  },
  {
    what: "An argument named `__proto__`",
    there: "is dropped before it reaches us",
    hosts: effect,
    instead: "is refused, as every unknown argument",
    cases: ["hostile: __proto__ among the arguments"],
    change: () => ({ problem: { type: "invalid_arguments", paths: [["__proto__"]] } })
  },
  {
    what: "A tool named `constructor`",
    there: "cannot be registered",
    hosts: effect,
    instead: "is a tool as any other",
    cases: ["a tool named constructor"],
    change: () => ["answered"]
  },
  {
    what: "A cancel of the request with the id 0",
    there: "is not heard",
    hosts: notSdk1,
    instead: "interrupts the handler",
    cases: ["cancel: the request with the id 0"],
    change: () => "interrupted"
  },
  {
    what: "A closed HTTP stream",
    there: "is no cancel: the call goes on",
    hosts: ["SDK 2.x, HTTP 2026-07-28", "effect 2025-11-25, HTTP", "effect 2026-07-28, HTTP"],
    instead: "is a cancel: on 2026-07-28 by the protocol, on effect's server always",
    cases: ["a closed stream"],
    change: () => "interrupted"
  },
  {
    what: "Who calls",
    there: "is told where the transport has `authInfo`",
    hosts: ["SDK 1.x, stdio", ...effect],
    instead: "is not known; effect has its middleware for that",
    cases: ["who calls"],
    change: (expected: object) => ({ ...expected, client: null })
  },
  {
    what: "Services that cannot be built",
    there: "every call is answered as a defect",
    hosts: effect,
    instead: "the server does not start",
    cases: ["services that cannot be built"],
    change: () => "does not start"
  },
  {
    what: "The listing says of tasks",
    there: "`execution: { taskSupport: \"forbidden\" }`",
    hosts: notSdk1,
    instead: "nothing",
    cases: ["the listing"],
    change: (tools: Tools) => tools.map((tool) => without("execution", tool))
  },
  {
    what: "Hints that a tool does not give",
    there: "are left out of the listing",
    hosts: effect,
    instead: "are listed with MCP's defaults: `destructiveHint` and `openWorldHint` are `true`",
    cases: ["the listing"],
    change: (tools: Tools) =>
      tools.map((tool) => ({
        ...tool,
        annotations: { destructiveHint: true, openWorldHint: true, ...tool.annotations }
      }))
  },
  {
    what: "Every result of the revision 2026-07-28",
    there: "does not exist",
    hosts: modern,
    instead: "has a `resultType`, and in `_meta` who serves",
    cases: "every result",
    change: ({ result }: Result) => ({
      result: {
        ...result,
        resultType: "complete",
        _meta: { ...result._meta, "io.modelcontextprotocol/serverInfo": { name: "contract", version: "1.0.0" } }
      }
    })
  }
]

/** The differences of a host that may show in a case. */
export const differencesIn = (host: Host, { isAnswer, title }: Case): ReadonlyArray<Difference> =>
  differences.filter(({ cases, hosts }) =>
    hosts.includes(host) && (cases === "every result" ? isAnswer : cases.includes(title))
  )
