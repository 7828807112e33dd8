/** Mistakes about the services that handlers need. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import { register } from "@errata/mcp-adapter/sdk"
import { prepare, register as register2 } from "@errata/mcp-adapter/server"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

class Store extends Context.Service<Store, { readonly left: number }>()("shop/Store") {}
class Mail extends Context.Service<Mail, { readonly address: string }>()("shop/Mail") {}

interface Ticks {
  readonly ticks: number
}
const Ticks = Context.Service<Ticks>("shop/Ticks")

const stock = Tool.make("stock", {
  description: "Counts what is left.",
  input: { item: Schema.String },
  output: Schema.Finite,
  errors: [Errors.NotFound],
  safety: "read"
})
const counting = Tool.handle(stock, () => Effect.map(Store, (store) => store.left))
const both = Tool.handle(
  stock,
  Effect.fnUntraced(function*() {
    const store = yield* Store
    const mail = yield* Mail
    return store.left + mail.address.length
  })
)
const mailing = Tool.handle(stock, () => Effect.map(Mail, (mail) => mail.address.length))
const free = Tool.handle(stock, () => Effect.succeed(1))
const ticking = Tool.handle(stock, () => Effect.map(Ticks, (clock) => clock.ticks))
const mail = Context.make(Mail, { address: "shop@example.org" })
const one = new McpServer({ name: "shop", version: "1.0.0" })
const two = new McpServer2({ name: "shop", version: "1.0.0" })
const Shop = Toolkit.make("Shop", [stock])

// mistake: no runtime for Handler.make | The service shop/Store is missing: pass { runtime }
Handler.make(counting)

// mistake: no runtime for register | The service shop/Store is missing: pass { runtime }
register(one, [counting])

// mistake: no runtime for register, among other tools | The service shop/Store is missing: pass { runtime }
register2(two, [free, counting])

// mistake: no runtime for prepare | The service shop/Store is missing: pass { runtime }
prepare([counting])

// mistake: no runtime for toHandler | The service shop/Store is missing: pass { runtime }
toHandler(() => Effect.map(Store, (store) => store.left))

// mistake: no runtime for two services | The service shop/Store is missing | shop/Mail is missing | pass { runtime }
register(one, [both])

// mistake: a runtime that lacks what one of two tools needs | shop/Store is missing
register(one, [counting, mailing, free], { runtime: mail })

// mistake: no runtime for two tools | shop/Store is missing | shop/Mail is missing
register2(two, [counting, mailing, free])

// mistake: no runtime for a toolkit | The layer of the toolkit Shop is missing: pass { runtime }
register(one, Toolkit.handled(Shop))

// mistake: options without a runtime | The service shop/Store is missing: pass { runtime }
register(one, [counting], { timeout: "1 second" })

// mistake: a runtime that brings another service | The service shop/Store is missing
register(one, [counting], { runtime: mail })

// mistake: a runtime that lacks one of two services | The service shop/Store is missing
Handler.make(both, { runtime: mail })

// mistake: a runtime that lacks one of two services, for toHandler | The service shop/Store is missing
toHandler(() => Effect.andThen(Mail, Store), { runtime: mail })

// mistake: the runtime in the options' place | pass { runtime }
register(one, [counting], mail)

// mistake: the runtime in the options' place, where none is needed | 'Context<Mail>' | a runtime goes inside the options: { runtime }
register(one, [free], mail)

// mistake: the runtime in the options' place of Handler.make, where none is needed | 'Context<Mail>' | a runtime goes inside the options: { runtime }
Handler.make(free, mail)

// mistake: a layer in the options' place, where none is needed | 'Layer< | a runtime goes inside the options: { runtime }
prepare([free], Layer.succeed(Mail, { address: "shop@example.org" }))

// mistake: options in the runtime's place | pass { runtime }
register(one, [counting], { runtime: { timeout: "1 second" } })

// mistake: options in the runtime's place, where none is needed | 'timeout' | 'Runtime<
Handler.make(free, { runtime: { timeout: "1 second" } })

// mistake: a layer that needs services itself | Mail
register(one, [counting], { runtime: Layer.effect(Store, Effect.map(Mail, (mail) => ({ left: mail.address.length }))) })

// mistake: a service whose key the types do not say | A service is missing: pass { runtime } | Ticks
Handler.make(ticking)

// mistake: one tool for a list of tools | Pass a list of handled tools: [handled]
register(one, free)

// mistake: one tool for a list of tools that need a service | Pass a list of handled tools: [handled]
register2(two, counting)

// mistake: one tool for a list, with a runtime | Pass a list of handled tools: [handled]
register(one, counting, { runtime: mail })

// mistake: one tool for a list, with a runtime, in prepare | Pass a list of handled tools: [handled]
prepare(counting, { runtime: mail })

// mistake: an option that does not exist | 'retries'
register(one, [free], { retries: 2 })
