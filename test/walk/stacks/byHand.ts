/**
 * Writes the handlers by hand, as one does where a handler throws: with a sentence of the author's own where the author
 * thought of the failure, and with what the library says where not.
 */
import * as z from "zod"
import { formats, type World } from "./world.ts"

/** The arguments of each tool. */
export const inputs = {
  list_items: {},
  get_item: { id: z.string() },
  convert: { id: z.string(), format: z.enum(formats) },
  search: { query: z.string().min(2), limit: z.int().min(1).max(50).optional() },
  get_rate: { currency: z.string() },
  charge: { user_id: z.string(), amount: z.number() },
  get_charge: { user_id: z.string() },
  import_items: { ids: z.array(z.string()) },
  delete_item: { id: z.string() },
  deploy: { app: z.string() },
  check_deployment: { deployment_id: z.string() },
  get_theme: {}
}

export type ToolName = keyof typeof inputs

export const names = Object.keys(inputs) as ReadonlyArray<ToolName>

/** Says which tools only read. */
export const isRead = (name: ToolName): boolean => !["charge", "import_items", "delete_item", "deploy"].includes(name)

interface Args {
  readonly [name: string]: unknown
  readonly id: string
  readonly ids: ReadonlyArray<string>
  readonly query: string
  readonly app: string
}

/** Makes the handlers. `raise` makes the error that the stack's documentation asks for. */
export const handlers = (
  world: World,
  raise: (message: string) => Error
): { readonly [N in ToolName]: (args: Args) => Promise<unknown> } => {
  const { effects, items, state } = world
  const find = (id: string): string => {
    const name = items.get(id)
    if (name === undefined) throw raise(`Item ${id} not found`)
    return name
  }
  return {
    list_items: async () => [...items.keys()],
    get_item: async ({ id }) => ({ id, name: find(id) }),
    convert: async ({ format, id }) => ({ id, format, text: find(id) }),
    search: async ({ query }) => [...items.values()].filter((name) => name.includes(query)),
    get_rate: async ({ currency }) => ({ currency, rate: await world.rate() }),
    charge: async () => ({ charged: await world.charge() }),
    get_charge: async () => ({ charges: effects.charges }),
    import_items: async ({ ids }) => {
      for (const id of ids) {
        find(id)
        await world.add(id)
      }
      return { imported: ids }
    },
    delete_item: async ({ id }) => {
      find(id)
      if (!state.mayDelete) throw raise("You do not have permission to delete items")
      effects.deletions++
      return { deleted: id }
    },
    deploy: async ({ app }) => {
      if (state.isDeploying) throw raise(`A deployment of ${app} is already in progress (dep-1)`)
      effects.deployments++
      return { deployment_id: "dep-2" }
    },
    check_deployment: async ({ deployment_id }) => {
      const status = state.isDeploying ? "in progress" : "succeeded"
      state.isDeploying = false
      return { deployment_id, status }
    },
    get_theme: async () => ({ colour: world.theme() })
  }
}
