/** Knows the arguments that hosts add on their own account, to every tool. */
import * as Suggestion from "../../errors/Suggestion.ts"

type Args = Readonly<Record<string, unknown>>

interface HostArgument {
  readonly name: string
  /** Returns true if it is the host's, going by the other arguments and by what the tool declares. */
  readonly isIt: (args: Args, declared: ReadonlyArray<string>) => boolean
}

const always = () => true
const withToolCall = (args: Args) => typeof args["toolCallId"] === "string"

const hostArguments: ReadonlyArray<HostArgument> = [
  { name: "wait_for_previous", isIt: (args) => typeof args["wait_for_previous"] === "boolean" },
  { name: "_meta", isIt: always },
  { name: "random_string", isIt: (_, declared) => declared.length === 0 },
  { name: "toolCallId", isIt: withToolCall },
  { name: "sessionId", isIt: withToolCall },
  { name: "action", isIt: withToolCall },
  { name: "chatInput", isIt: withToolCall }
]

/** Leaves out what no author asked for, unless it may be a declared name that was misspelt. */
export const withoutHostArguments = (args: Args, declared: ReadonlyArray<string>): {
  readonly value: Args
  readonly dropped: ReadonlyArray<string>
} => {
  const dropped = hostArguments.filter(({ isIt, name }) =>
    Object.hasOwn(args, name) && isIt(args, declared) && Suggestion.similar(name, declared, { limit: 1 }).length === 0
  ).map(({ name }) => name)
  if (dropped.length === 0) return { value: args, dropped }
  const value = { ...args }
  for (const name of dropped) delete value[name]
  return { value, dropped }
}
