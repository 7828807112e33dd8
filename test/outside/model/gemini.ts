/** Gemini's interface. */
import { type Answer, type Dialect, records, type Request } from "./Dialect.ts"

const answer = ({ path }: Request, part: object): Answer => {
  const body = {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    modelVersion: "fake"
  }
  return path.endsWith(":streamGenerateContent") ? { events: [{ data: body }] } : { body }
}

const partsOf = (content: { readonly [name: string]: unknown } | undefined) => records(content?.["parts"])

export const gemini: Dialect = {
  speaks: (path) => /:(?:streamG|g)enerateContent$/.test(path),
  turn: ({ body }) => {
    const contents = records(body["contents"])
    const response = partsOf(contents.at(-1)).map((part) => part["functionResponse"]).find((found) =>
      found !== undefined
    )
    return {
      said: JSON.stringify(contents.filter(({ role }) => role === "user").flatMap(partsOf).map(({ text }) => text)),
      tools: records(body["tools"]).flatMap((tool) => records(tool["functionDeclarations"])).map(({ name }) =>
        String(name)
      ),
      ...response === undefined ? {} : { reads: (response as { readonly response?: unknown }).response }
    }
  },
  call: (request, name, args) => answer(request, { functionCall: { name, args } }),
  say: (request, text) => answer(request, { text })
}
