import { isRecord } from "../../../fold/internal/resultLike.ts"
import type { Registry, ServerParts } from "./parts.ts"
import { isOfMcp } from "./requests.ts"

/** See `adopt`'s `Reach`. */
export interface Reach {
  /** Says whose failures are folded. */
  readonly wrapped: ReadonlyArray<Wrapped>
  /** The tools whose argument errors are told issue by issue. */
  readonly schemas: ReadonlyArray<string>
  /** Names what stays as it was. */
  readonly unreachable: ReadonlyArray<Unreachable>
}

/** See `adopt`'s `Wrapped`. */
export interface Wrapped {
  /** The kind of what was registered. */
  readonly kind: "tool" | "resource" | "resource template" | "prompt" | "method"
  /** The name under which it was registered. */
  readonly name: string
}

/** See `adopt`'s `Unreachable`. */
export interface Unreachable {
  /** Names what stays as it was. */
  readonly what: string
  /** Says why it could not be reached. */
  readonly why: string
  /** The thing to do about it; absent where nothing need be done. */
  readonly instead?: string | undefined
}

/** Tells which private parts were where they were looked for. */
interface Reached {
  readonly handlers: boolean
  readonly requests: boolean
}

const registries: ReadonlyArray<readonly [kind: Exclude<Wrapped["kind"], "tool" | "method">, registry: Registry]> = [
  ["resource", "_registeredResources"],
  ["resource template", "_registeredResourceTemplates"],
  ["prompt", "_registeredPrompts"]
]

export const reachOf = (parts: ServerParts, reached: Reached): Reach => {
  const { handlers, mcp } = parts
  if (!reached.requests) {
    return {
      wrapped: reached.handlers ? toolsOf(parts) : [],
      schemas: [],
      unreachable: [...unreachableTools(parts, reached), {
        what: "arguments, results, unknown tools, resources, prompts",
        why: "The server has no _requestHandlers.",
        instead: "Put wrapHandler around each handler, or use a release of the SDK that the adapter names as its peer."
      }]
    }
  }
  if (mcp === undefined) {
    return {
      wrapped: [...handlers?.keys() ?? []].filter(isOfMcp).map((name) => ({ kind: "method", name })),
      schemas: [],
      unreachable: handlers?.has("tools/call") === true
        ? [{ what: "the schemas of tools", why: "A low-level server checks arguments in its own handler." }]
        : []
    }
  }
  return {
    wrapped: [
      ...reached.handlers ? toolsOf(parts) : [],
      ...registries.flatMap(([kind, registry]) => namesOf(parts, registry).map((name) => ({ kind, name })))
    ],
    schemas: Object.entries(parts.registry("_registeredTools") ?? {})
      .filter(([, tool]) => isRecord(tool) && "~standard" in Object(tool["inputSchema"]))
      .map(([name]) => name),
    unreachable: [
      ...unreachableTools(parts, reached),
      ...[["tool", "_registeredTools"] as const, ...registries].filter(([, registry]) =>
        parts.registry(registry) === undefined
      ).map(([kind, registry]) => ({
        what: `the names of ${kind}s`,
        why: `The server has no ${registry}.`,
        instead:
          "Nothing is lost but names in the report and for \"did you mean\". Use a release of the SDK that the adapter names as its peer."
      }))
    ]
  }
}

const namesOf = (parts: ServerParts, registry: Registry): ReadonlyArray<string> =>
  Object.keys(parts.registry(registry) ?? {})

const toolsOf = (parts: ServerParts): ReadonlyArray<Wrapped> =>
  namesOf(parts, "_registeredTools").map((name) => ({ kind: "tool", name }))

const unreachableTools = ({ mcp }: ServerParts, { handlers }: Reached): ReadonlyArray<Unreachable> =>
  handlers || mcp === undefined
    ? []
    : [{
      what: "the handlers of tools",
      why: "The server has no executeToolHandler.",
      instead: "Put wrapHandler around each handler."
    }]
