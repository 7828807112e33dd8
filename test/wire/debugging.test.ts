/** `MCP_DEBUG`: for development only, and warned about. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as SdkClient from "./SdkClient.ts"

const entry = new URL("./fixtures/debugged.ts", import.meta.url)
const tools = ["registered", "wrapped", "adopted"]

describe.each([["true", true], ["false", false], ["nonsense", false], [undefined, false]])(
  "MCP_DEBUG=%s",
  (value, isOn) => {
    let sdk: SdkClient.SdkClient
    beforeAll(async () => {
      sdk = await SdkClient.connect({ entry, args: tools, env: value === undefined ? {} : { MCP_DEBUG: value } })
    })
    afterAll(() => sdk.close())

    it.each(tools)(isOn ? "shows the detail of a defect, without secrets: %s" : "shows nothing: %s", async (tool) => {
      const text = JSON.stringify(await sdk.call(tool))
      expect(text.includes("the drum is stuck")).toBe(isOn)
      expect(text).not.toContain("hunter2")
      expect(text).toMatch(/The tool failed unexpectedly\..*internal_error/)
    })

    it(isOn ? "is warned about once" : "is not spoken of", () => {
      expect(sdk.stderr().match(/MCP_DEBUG is on/g) ?? []).toHaveLength(isOn ? 1 : 0)
    })
  }
)

it.each(tools)("a server is warned about at its start, if all it has is %s", async (tool) => {
  const sdk = await SdkClient.connect({ entry, args: [tool], env: { MCP_DEBUG: "true" } })
  expect(sdk.stderr()).toContain("MCP_DEBUG is on")
  await sdk.close()
})
