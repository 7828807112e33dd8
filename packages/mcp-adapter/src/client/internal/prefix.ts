/** Matches what SDKs put before what was thrown. Some put it there twice. */
const prefix = /^(?:MCP error -?\d+: |Error executing tool [^\s:]+: )+/

export const withoutPrefix = (reason: string): string => reason.replace(prefix, "") || reason
