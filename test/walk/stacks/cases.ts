/** Provokes the same failures on every stack, and lets the same client obey the replies. */
import * as Walk from "@errata/mcp-adapter/walk"
import { stackNames, start } from "./stacks.ts"
import type { World } from "./world.ts"

interface Case {
  readonly what: string
  readonly tool: string
  readonly provocation: (world: World) => Walk.Provocation
}

const upstream = (how: "limited" | "down") => ({ state }: World): Walk.Provocation => ({
  before: () => void (state.upstream = how),
  meanwhile: () => void (state.upstream = "good"),
  after: () => void (state.upstream = "good"),
  arguments: { currency: "USD" }
})

/** What goes wrong, in the order of the table. */
const cases: ReadonlyArray<Case> = [
  { what: "a misspelt id", tool: "get_item", provocation: () => ({ arguments: { id: "INK-BLAKC" } }) },
  {
    what: "an id that nothing is near",
    tool: "get_item",
    provocation: () => ({ arguments: { id: "LETTERPRESS" }, intent: { id: "INK-RED" } })
  },
  {
    what: "a value that is not allowed",
    tool: "convert",
    provocation: () => ({ arguments: { id: "INK-RED", format: "htm" } })
  },
  {
    what: "two bounds at once",
    tool: "search",
    provocation: () => ({ arguments: { query: "i", limit: 500 }, intent: { query: "ink" } })
  },
  {
    what: "a misspelt argument",
    tool: "search",
    provocation: () => ({ arguments: { qurey: "ink" }, intent: { query: "ink" } })
  },
  { what: "a misspelt tool", tool: "get_itm", provocation: () => ({ arguments: { id: "INK-RED" } }) },
  { what: "an upstream that limits requests", tool: "get_rate", provocation: upstream("limited") },
  { what: "an upstream that is down", tool: "get_rate", provocation: upstream("down") },
  {
    what: "a charge whose answer is lost",
    tool: "charge",
    provocation: ({ effects }) => ({
      arguments: { user_id: "7", amount: 5 },
      effects: () => effects.charges
    })
  },
  {
    what: "a batch of which one is busy",
    tool: "import_items",
    provocation: ({ imported, state }) => ({
      before: () => void (state.isBusy = true),
      meanwhile: () => void (state.isBusy = false),
      arguments: { ids: ["INK-RED", "INK-BLACK"] },
      effects: () => imported("INK-RED"),
      confirm: () => imported("INK-BLACK") === 1
    })
  },
  {
    what: "a batch whose only item is misspelt",
    tool: "import_items",
    provocation: ({ imported }) => ({ arguments: { ids: ["INK-BLAKC"] }, effects: () => imported("INK-BLACK") })
  },
  {
    what: "a permission that a person gives",
    tool: "delete_item",
    provocation: ({ effects, state }) => ({
      meanwhile: () => void (state.mayDelete = true),
      arguments: { id: "INK-RED" },
      effects: () => effects.deletions
    })
  },
  {
    what: "a deployment that is running",
    tool: "deploy",
    provocation: ({ effects, state }) => ({
      before: () => void (state.isDeploying = true),
      arguments: { app: "web-shop" },
      effects: () => effects.deployments,
      confirm: () => effects.deployments === 1
    })
  },
  { what: "a bug", tool: "get_theme", provocation: () => ({ ends: "handed over" }) }
]

/** What a stack made of a case. */
export interface Compared {
  readonly what: string
  readonly stack: string
  readonly row: Walk.Row
}

/** A host that says which results are errors: without it most stacks do not. */
const withFlag: Walk.Convert = ({ result }) => {
  const blocks = Array.isArray(result.content) ? result.content as ReadonlyArray<{ readonly text?: string }> : []
  return `${result.isError === true ? "[ERROR] " : ""}${blocks.map(({ text = "" }) => text).join("\n")}`
}

/** Walks over every case on every stack, each on a server of its own. */
export const compare = async (): Promise<ReadonlyArray<Compared>> => {
  const compared: Array<Compared> = []
  for (const stack of stackNames) {
    for (const { provocation, tool, what } of cases) {
      const { connection, world } = await start(stack)
      const { rows: [row] } = await Walk.walk({
        connection,
        convert: withFlag,
        isOurs: false,
        isEager: true,
        wait: () => undefined,
        provoke: { [tool]: { [what]: provocation(world) } }
      })
      compared.push({ what, stack, row: row! })
    }
  }
  return compared
}

const said = ({ calls, isFine, outcome }: Walk.Row): string =>
  isFine
    ? outcome === "handed over" ? "handed over" : `${outcome}, ${calls}`
    : outcome === "unsafe"
    ? "**unsafe**"
    : outcome === "lost" || outcome === "told"
    ? "lost"
    : outcome

/** Writes what was found as a table of Markdown. */
export const toMarkdown = (compared: ReadonlyArray<Compared>): string => {
  const line = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`
  const of = (what: string, stack: string): Walk.Row =>
    compared.find((one) => one.what === what && one.stack === stack)!.row
  const count = (stack: string, test: (row: Walk.Row) => boolean): string =>
    String(compared.filter((one) => one.stack === stack && test(one.row)).length)
  return [
    line(["what fails", ...stackNames]),
    line(["---", ...stackNames.map(() => "---")]),
    ...cases.map(({ what }) => line([what, ...stackNames.map((stack) => said(of(what, stack)))])),
    line([
      "**ended well**",
      ...stackNames.map((stack) => `${count(stack, ({ isFine }) => isFine)} of ${cases.length}`)
    ]),
    line(["**unsafe repeats**", ...stackNames.map((stack) => count(stack, ({ outcome }) => outcome === "unsafe"))])
  ].join("\n")
}
