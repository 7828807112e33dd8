/**
 * Tries what a reply offers, and whether a result with less than was asked for can be told from a whole one.
 */
import type { ResultLike } from "../../client/internal/model.ts"
import { type Checked, textOf } from "./check.ts"
import { byAlternative } from "./correct.ts"
import type { Call } from "./decide.ts"
import type { CallTool, Listed, Provocation } from "./model.ts"
import type { Obeyed } from "./obey.ts"
import { read } from "./told.ts"

const nothing: Checked = { checked: 0, reasons: [] }

/** Calls a tool that only reads with every alternative of a reply: none may be unknown in its turn. */
export const callAlternatives = async (
  goal: Call,
  result: ResultLike,
  listed: ReadonlyMap<string, Listed>,
  ask: (call: Call) => Promise<ResultLike>
): Promise<Checked> => {
  const told = read(textOf(result))
  if (told.similar.length === 0 || listed.get(goal.tool)?.annotations?.["readOnlyHint"] !== true) return nothing
  const reasons: Array<string> = []
  for (const similar of told.similar) {
    const args = byAlternative(goal.args, { ...told, similar: [similar] }, {})
    const answer = args === undefined ? undefined : await ask({ ...goal, args })
    const type = answer === undefined ? "invalid_arguments" : read(textOf(answer)).type
    if (type === "not_found" || type === "invalid_arguments") {
      reasons.push(`the alternative ${similar} cannot be called`)
    }
  }
  return { checked: told.similar.length, reasons }
}

/** Checks that a result with less than was asked for says so, and that a whole one does not. */
export const toldApart = async (
  { after, silent, whole }: Provocation,
  goal: Call,
  call: CallTool,
  textOfCall: (call: Call) => Promise<string>,
  { replies }: Obeyed
): Promise<Checked> => {
  if (silent === undefined) return nothing
  const reasons = silent.test(replies[0]?.text ?? "") ? [] : ["the text does not say that something is missing"]
  await after?.(call)
  const other = await textOfCall(whole === undefined ? goal : { ...goal, args: whole })
  return { checked: 1, reasons: silent.test(other) ? [...reasons, "a whole result says the same"] : reasons }
}
