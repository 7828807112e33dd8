/**
 * Holds the tools that ask the client something: a completion of its model, or answers of its user.
 *
 * How a question travels is the SDK's business (1.x sends a request; 2.x returns the question and is called again with the
 * answer), so that a tool here is only what it asks and how it words the answer.
 */
import * as z from "zod"
import * as Content from "./content.ts"

/** A tool that asks one question. */
export interface Question {
  readonly name: string
  readonly description: string
  readonly inputSchema: z.ZodObject
  readonly ask: (args: Record<string, unknown>) => {
    readonly method: "sampling/createMessage" | "elicitation/create"
    readonly params: { readonly [key: string]: unknown }
  }
  /** Words the client's answer. */
  readonly reply: (answer: { readonly [key: string]: unknown }) => string
}

/** Returns what both SDKs write for a question that was answered. */
export const answered = (question: Question, answer: { readonly [key: string]: unknown }) => ({
  content: [Content.text(question.reply(answer))]
})

type Form = { readonly [field: string]: object }

const elicitation = (
  name: string,
  description: string,
  message: string,
  properties: Form,
  required: ReadonlyArray<string> = []
): Question => ({
  name,
  description,
  inputSchema: z.object({}),
  ask: () => ({
    method: "elicitation/create",
    params: { mode: "form", message, requestedSchema: { type: "object", properties, required } }
  }),
  reply: ({ action, content }) => `Elicitation completed: action=${String(action)}, content=${JSON.stringify(content)}`
})

const userForm = elicitation("test_elicitation", "Asks the user.", "", {
  username: { type: "string", description: "User's response" },
  email: { type: "string", description: "User's email address" }
}, ["username", "email"])

const titled = (...titles: ReadonlyArray<string>) => titles.map((title, i) => ({ const: `value${i + 1}`, title }))

const options = ["option1", "option2", "option3"]

export const questions: ReadonlyArray<Question> = [
  {
    name: "test_sampling",
    description: "Asks the client's model.",
    inputSchema: z.object({ prompt: z.string() }),
    ask: ({ prompt }) => ({
      method: "sampling/createMessage",
      params: { messages: [{ role: "user", content: { type: "text", text: prompt } }], maxTokens: 100 }
    }),
    reply: ({ content }) => `LLM response: ${(content as { readonly text?: string } | undefined)?.text ?? ""}`
  },
  {
    ...userForm,
    inputSchema: z.object({ message: z.string() }),
    ask: ({ message }) => {
      const { method, params } = userForm.ask({})
      return { method, params: { ...params, message } }
    },
    reply: ({ action, content }) => `User response: action=${String(action)}, content=${JSON.stringify(content)}`
  },
  elicitation("test_elicitation_sep1034_defaults", "Asks with defaults.", "Please review the form", {
    name: { type: "string", default: "John Doe" },
    age: { type: "integer", default: 30 },
    score: { type: "number", default: 95.5 },
    status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
    verified: { type: "boolean", default: true }
  }),
  elicitation("test_elicitation_sep1330_enums", "Asks with every kind of choice.", "Please choose", {
    untitledSingle: { type: "string", enum: options },
    titledSingle: { type: "string", oneOf: titled("First Option", "Second Option", "Third Option") },
    legacyEnum: {
      type: "string",
      enum: ["opt1", "opt2", "opt3"],
      enumNames: ["Option One", "Option Two", "Option Three"]
    },
    untitledMulti: { type: "array", items: { type: "string", enum: options } },
    titledMulti: { type: "array", items: { anyOf: titled("First Choice", "Second Choice", "Third Choice") } }
  })
]
