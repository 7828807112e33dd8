/** Takes what the adapter writes for the operator. It is imported first: the adapter binds stderr when it is loaded. */
export const log: Array<string> = []

process.stderr.write = ((text: unknown) => log.push(String(text)) > 0) as typeof process.stderr.write
