import { emptyReply, type Reply } from "./reply.ts"

const exposed = "Mcp-Session-Id, WWW-Authenticate, Retry-After"

/** Lets the scripts of a page that may ask read the reply. */
export const crossOrigin = (origin: string): Readonly<Record<string, string>> => ({
  "access-control-allow-origin": origin,
  "access-control-expose-headers": exposed,
  vary: "Origin"
})

/** Answers a browser that asks whether a page's script may ask. */
export const preflight = (methods: ReadonlyArray<string>): Reply =>
  emptyReply(204, {
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers":
      "Authorization, Content-Type, Accept, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID",
    "access-control-max-age": "600"
  })
