import { defineConfig } from "vitest/config"
import type { Reporter } from "vitest/node"
import { bundledEntries } from "./tools/bundled-entries.ts"
import { docExamples } from "./tools/doc-examples.ts"
import { documented } from "./tools/fences.ts"

/** Vitest fails when it finds no test files, but not when every test in them is skipped. */
const failWhenNoneRan: Reporter = {
  onTestRunEnd(modules) {
    const ran = modules.some((file) => [...file.children.allTests()].some((test) => test.result().state !== "skipped"))
    if (ran) return
    console.error("No tests ran.")
    process.exitCode = 1
  }
}

export default defineConfig({
  plugins: [docExamples({ resolveFrom: `${import.meta.dirname}/test/package.json` })],
  test: {
    reporters: ["default", failWhenNoneRan],
    silent: "passed-only", // what servers log is only worth reading where a test fails
    maxWorkers: 2,
    testTimeout: 60_000, // a loaded machine is slow, and tests here wait for conditions
    hookTimeout: 60_000,
    setupFiles: [`${import.meta.dirname}/test/support/stderr.ts`],
    projects: [
      {
        extends: true,
        test: { name: "tests", include: ["test/**/*.test.ts", "tools/**/*.test.ts"] }
      },
      {
        // every test of adoption and of promises once more: through the published bundles, with errors of another copy of core and of effect
        extends: true,
        plugins: [bundledEntries()],
        test: {
          name: "bundled",
          include: ["test/{adopt,existing,core/promise}/**/*.test.ts", "test/core/copies.test.ts"]
        }
      },
      {
        extends: true,
        test: {
          name: "examples",
          include: [],
          includeSource: documented
        }
      }
    ]
  }
})
