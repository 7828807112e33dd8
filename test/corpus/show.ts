/**
 * Shows what becomes of each recorded failure, and why: `node test/corpus/show.ts [text in the id]`.
 */
import * as Classifier from "@errata/core/Classifier"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expectationOf } from "./expected.ts"
import { type Recorded, thaw } from "./frozen.ts"

const [wanted] = process.argv.slice(2)
for (const file of globSync(join(import.meta.dirname, "recorded/*.json")).toSorted()) {
  for (const { at, failure, id } of JSON.parse(readFileSync(file, "utf8")) as ReadonlyArray<Recorded>) {
    const { error = "defect", sentence } = Classifier.explain(thaw(failure), { now: at })
    const { is } = expectationOf(id)
    if (wanted === undefined ? error !== is : id.includes(wanted)) {
      console.log(`${id}: ${sentence}${error === is ? "" : ` (not ${is})`}`)
    }
  }
}
