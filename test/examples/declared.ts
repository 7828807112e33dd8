/** Holds what the tools of an example answered with against what they declare. */
import * as Catalogue from "@errata/core/Catalogue"
import type * as Tool from "@errata/core/Tool"
import { afterAll, assert } from "vitest"
import { seen } from "../wire/observed.ts"

/** Expects, when the tests of a file have run, that no tool answered with what it does not declare. */
export const expectDeclared = (tools: ReadonlyArray<Tool.Any>): void =>
  afterAll(() => assert.deepStrictEqual(Catalogue.compare(Catalogue.of(tools), seen).undeclared, []))

/** Expects that they met every error that a tool declares, but for those that are met elsewhere: `tool: error`. */
export const expectSeen = (tools: ReadonlyArray<Tool.Any>, elsewhere: ReadonlyArray<string> = []): void =>
  afterAll(() => {
    const { unseen } = Catalogue.compare(Catalogue.of(tools), seen)
    assert.sameMembers(unseen.map(({ error, tool }) => `${tool}: ${error}`), [...elsewhere])
  })
