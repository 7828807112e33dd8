/** Says what a server needs only when a call fails, or is described: the rest of the two libraries is loaded when it starts. */
const later: ReadonlyArray<RegExp> = [
  /\/effect\/(?:dist|src)\/(?:Schema\w*|internal\/schema\/\w+)\.[jt]s$/,
  /\/core\/(?:dist|src)\/classify\//,
  /\/core\/(?:dist|src)\/errors\/(?!internal\/(?:advice|mark|referenceId|wording)\.)/,
  /\/core\/(?:dist|src)\/tool\/(?:Arguments\.|arguments\/|definition\/|jsonSchema\/)/,
  /\/core\/(?:dist|src)\/resilience\/(?:Backoff|RetryPolicy|internal\/(?:explain|printed|retry))\./,
  /\/core\/(?:dist|src)\/redaction\/internal\/(?:conceal|copy)\./,
  /\/mcp-adapter\/(?:dist|src)\/fold\/(?:Encoder\.|JsonRpcError\.|Meta\.|Render\.|encoder\/|internal\/(?:challenge|didYouMean|frames|line|textBlock|told)\.)/,
  /\/mcp-adapter\/(?:dist|src)\/call\/internal\/(?:circumstances|fingerprint|guides|nextSteps|safeBlock|withoutStack)\./,
  /\/mcp-adapter\/(?:dist|src)\/existing\/internal\/(?:adopt\/failures|comparison\/(?:guess|paste|sentence|sight)|cut|issues|marks|places|relayed|relayedError|returnedBlocks|safeData|said|sql|statements|thrown|words|writeReturned)\./
]

export const isLater = (id: string): boolean => later.some((pattern) => pattern.test(id.replaceAll("\\", "/")))
