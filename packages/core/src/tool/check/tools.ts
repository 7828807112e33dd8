import * as Redaction from "../../redaction/Redaction.ts"
import { of, toolOf, type Tools } from "../catalogue/make.ts"
import { effects, keys, timeouts } from "./behaviour.ts"
import { severities } from "./codes.ts"
import { alike, tags } from "./errors.ts"
import { batches, inputs, names, outputs } from "./listing.ts"
import type { Check, Finding, Options } from "./model.ts"
import { refusedSteps, unknownTools, unsafeRepeats } from "./steps.ts"
import { descriptions, guidance, namesInSuggestions, secrets } from "./texts.ts"

const checks: ReadonlyArray<Check> = [
  names,
  descriptions,
  inputs,
  outputs,
  batches,
  timeouts,
  keys,
  effects,
  tags,
  alike,
  guidance,
  namesInSuggestions,
  unknownTools,
  refusedSteps,
  unsafeRepeats,
  secrets
]

/**
 * Finds what is wrong with tools, or could be better: as a list, the tools in the order given. Never throws.
 *
 * @category checking
 * @since 0.1.0
 */
export const tools = (given: Tools, options: Options = {}): ReadonlyArray<Finding> => {
  const { guides = [], ignore = () => false, otherTools = [], redactor = Redaction.standard } = options
  const all = given.map(toolOf)
  const catalogue = of(all, { guides })
  const known = new Set([...all.map(({ name }) => name), ...otherTools])
  return all.flatMap((tool, i) => {
    const { errors } = catalogue.tools[i]!
    const subject = { tool, errors, all, catalogue, names: known, guides, redactor }
    return checks.flatMap((check) => check(subject)).map((found): Finding => ({
      code: found.code,
      severity: severities[found.code],
      tool: tool.name,
      ...found.error === undefined ? {} : { error: found.error },
      message: found.message,
      fix: found.fix
    }))
  }).filter((finding) => !ignore(finding))
}

/**
 * Writes findings for people, one paragraph each; an empty text if there are none.
 *
 * @category writing
 * @since 0.1.0
 */
export const format = (findings: ReadonlyArray<Finding>): string =>
  findings.map(({ code, fix, message, severity, tool }) => `${severity}: ${tool}: ${message} (${code})\n  ${fix}.`)
    .join("\n")
