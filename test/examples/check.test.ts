/** The example servers as `Check` and `Catalogue` see them. */
import * as Catalogue from "@errata/core/Catalogue"
import * as Check from "@errata/core/Check"
import { Documents } from "@errata/examples/documents/toolkit"
import { Files } from "@errata/examples/files/toolkit"
import { Operations } from "@errata/examples/operations/toolkit"
import { WeatherTools } from "@errata/examples/weather/toolkit"
import { describe, expect, it } from "vitest"

/** What is so on purpose, and why. */
const onPurpose = {
  operations: {
    // a call without a key is a plain transaction: it is protected only if its caller asks for it
    "manage_project: key_optional": true,
    "deploy_application: key_optional": true
  },
  documents: {
    // what to do instead is said where the error is raised: it depends on the document
    "convert_document: suggestion_missing DocumentUnsupported": true,
    "process_data: suggestion_missing DocumentUnsupported": true
  },
  files: {
    // the parts that can be read are said where the error is raised
    "read_file: suggestion_missing FileTooLarge": true,
    "process_csv_file: suggestion_missing CsvTooLarge": true
  },
  weather: {
    // nothing is known of the service besides its answer
    "get_weather: suggestion_missing EndpointNotFound": true,
    "get_weather: suggestion_missing ApiConflict": true,
    "get_weather: suggestion_missing ApiAnswerMalformed": true,
    "fetch_api_data: suggestion_missing EndpointNotFound": true,
    "fetch_api_data: suggestion_missing ApiConflict": true,
    "fetch_api_data: suggestion_missing ApiAnswerMalformed": true
  }
} as const

const servers = [
  ["operations", Operations.tools, onPurpose.operations],
  ["documents", Documents.tools, onPurpose.documents],
  ["files", Files.tools, onPurpose.files],
  ["weather", WeatherTools.tools, onPurpose.weather]
] as const

const nameOf = ({ code, error, tool }: Check.Finding): string =>
  `${tool}: ${code}${error === undefined ? "" : ` ${error}`}`

describe.each(servers)("%s", (_, tools, purposes) => {
  it("is clean, but for what is so on purpose", () => {
    const findings = Check.tools(tools, { ignore: (finding) => Object.hasOwn(purposes, nameOf(finding)) })
    expect(Check.format(findings)).toBe("")
    expect(Check.tools(tools).map(nameOf).toSorted()).toEqual(Object.keys(purposes).toSorted())
  })

  it("has a catalogue that says of every error when it happens and what to do", () => {
    for (const { errors, tool } of Catalogue.of(tools).tools) {
      for (const { advice, error, message, when } of errors) {
        expect([tool, error, when]).toEqual([tool, error, expect.stringMatching(/^[A-Z].*[^.]$/)])
        expect([tool, error, message]).toEqual([tool, error, expect.not.stringMatching(/undefined|NaN|71\d{3}/)])
        expect([tool, error, advice]).not.toEqual([tool, error, ""])
      }
    }
  })
})
