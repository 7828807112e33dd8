const format = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/** The trace id of a W3C `traceparent`. */
export const traceIdOf = (traceparent: unknown): string | undefined =>
  typeof traceparent === "string" ? format.exec(traceparent)?.[1] : undefined
