import ts from "typescript"
import { expect, it } from "vitest"
import { measure } from "./api/figures.ts"
import { findLacks } from "./api/lacks.ts"
import { moduleDocOf } from "./api/moduleDoc.ts"
import { publicModules } from "./api/modules.ts"
import { makeProgram } from "./api/program.ts"
import { compareSurfaces, describeSurface } from "./api/surface.ts"
import { makePage } from "./reference/page.ts"

const house = `${import.meta.dirname}/fixtures/house`

it("finds what an editor shows without a sentence", () => {
  expect(findLacks(makeProgram(house), house).map(({ lack, name }) => `${lack}: ${name}`)).toEqual([
    "exports: @house/core/Errors",
    "stock errors: NotFound (permanent, when)",
    "summaries: NotFound: Nobody said its family. Type `not_found`; field `resource`.",
    "summaries: Conflict: A permanent `conflict`, when the `resource` was changed.",
    "stock errors: Gone (when)",
    "summaries: Gone: A permanent `gone` of the `resource`: nothing says in which case.",
    "fields: said, loud",
    "exports: unsaid",
    "summaries: Whether it is so.",
    "summaries: Question: Whether it is so.",
    "fields: Question, answer",
    "fields: Question, deep",
    "overloads: pair"
  ])
})

it("puts the header of a module before its exports, and links the modules of a barrel", () => {
  const [errors, said] = publicModules(house).map((module) => makePage(makeProgram(house), module, new Map()))
  expect(errors!.summary).toBe("")
  expect(said!.markdown).toMatch(/^# @house\/adapter\/Said\n\n\*experimental\*\n\nSays things\.\n/)
  const alone = ts.createSourceFile(
    "a.ts",
    "/** The module. */\n\n/** One. */\nexport const one = 1",
    ts.ScriptTarget.Latest,
    true
  )
  expect(moduleDocOf(alone)?.comment).toBe("The module.")
})

it("lists the names of each public module, and how they changed", () => {
  const now = describeSurface(makeProgram(house), house)
  expect(now).toBe(`@house/core/Errors
  Conflict: class
  Gone: class
  NotFound: class

@house/adapter/Said
  Question: interface
  pair: const
  said: const
  unsaid: const
`)
  const before = now.replace("  pair: const\n", "").replace("Question", "Answer")
  expect(compareSurfaces(before, now)).toEqual([
    "- @house/adapter/Said  Answer: interface",
    "+ @house/adapter/Said  Question: interface",
    "+ @house/adapter/Said  pair: const"
  ])
})

it("measures files, the longest function, and circles through types", () => {
  expect(measure(`${house}/packages/mcp-adapter/src`)).toEqual({
    files: 2,
    lines: 37,
    exports: 5,
    longestFunction: { name: "Said.ts, said", lines: 5 },
    longFunctions: 0,
    circles: 1,
    filesInCircles: 2
  })
})
