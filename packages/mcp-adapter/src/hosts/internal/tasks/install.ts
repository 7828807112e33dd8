import { isRecord } from "../../../fold/internal/resultLike.ts"
import { type Answer, callOf, methodsOf } from "./methods.ts"
import type { Tasks } from "./runs.ts"
import { extension } from "./task.ts"

/** Describes what tasks need of a server of either SDK. */
export interface Server {
  /** The protocol below it. */
  readonly server: object
}

interface Protocol {
  readonly _requestHandlers: Map<string, Answer>
  readonly registerCapabilities: (capabilities: object) => void
  readonly setRequestHandler: (
    method: string,
    schemas: object,
    handler: (params: never, context: unknown) => unknown
  ) => void
}

/** The tasks that each server serves, by the names of their tools. */
const servers = new WeakMap<object, Map<string, Tasks>>()

/**
 * Serves tasks on a server whose tools are registered. Throws a `TypeError` where they are not, or where the SDK hides its handlers.
 */
export const install = (server: Server, tasks: Tasks): void => {
  const { _registeredTools: registered } = server as Server & { readonly _registeredTools?: unknown }
  const protocol = server.server as Protocol
  const handlers: unknown = protocol._requestHandlers
  if (!(handlers instanceof Map) || !isRecord(registered)) {
    throw new TypeError("Tasks need an SDK that keeps its handlers where 1.x and 2.x do")
  }
  for (const name of tasks.names) {
    const tool = Object.hasOwn(registered, name) ? registered[name] : undefined
    if (!isRecord(tool)) throw new TypeError(`Tasks of ${name}: register the tool first, on the same server`)
    ;(tool as { execution?: object }).execution = { taskSupport: "optional" }
  }
  const known = servers.get(server)
  const byName = known ?? new Map<string, Tasks>()
  for (const name of tasks.names) byName.set(name, tasks)
  if (known !== undefined) return
  servers.set(server, byName)
  serve(server, protocol, byName, (name) => isEnabled(registered, name))
}

/** Both SDKs let a server take tools away from its clients, and give them back. */
const isEnabled = (registered: { readonly [name: string]: unknown }, name: string): boolean => {
  const tool = Object.hasOwn(registered, name) ? registered[name] : undefined
  return isRecord(tool) && tool["enabled"] !== false
}

const serve = (
  server: object,
  protocol: Protocol,
  byName: ReadonlyMap<string, Tasks>,
  isEnabled: (tool: string) => boolean
): void => {
  const handlers = protocol._requestHandlers
  const before = new Map(handlers)
  const hasExtension = servesExtensions(protocol)
  protocol.registerCapabilities({
    tasks: { cancel: {}, requests: { tools: { call: {} } } },
    ...hasExtension ? { extensions: { [extension]: {} } } : {}
  })
  const find = (name: string): Tasks | undefined => byName.get(name)
  handlers.set("tools/call", callOf(find, handlers.get("tools/call")!, { server, hasExtension, isEnabled }))
  const methods = methodsOf(find, (method) => before.get(method), server)
  for (const [method, answer] of Object.entries(methods)) {
    if (hasExtension) protocol.setRequestHandler(method, anything, (params, context) => answer({ params }, context))
    else handlers.set(method, answer)
  }
}

/** Tests for SDK 2.1 and later: earlier ones refuse the extension's methods before any handler sees them. */
const servesExtensions = (protocol: object): boolean =>
  (protocol as { readonly [name: string]: unknown })["_customSchemaRequestMethods"] instanceof Set

/** Lets every parameter pass: an id that is none is answered by us. */
const anything = {
  params: { "~standard": { version: 1, vendor: "errata", validate: (value: unknown) => ({ value }) } }
}
