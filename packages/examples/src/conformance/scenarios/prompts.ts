/**
 * Holds the prompts of the suite.
 */
import * as Content from "./content.ts"

/** A prompt; its arguments are texts, and required. */
export interface Prompt {
  readonly name: string
  readonly description: string
  readonly arguments: ReadonlyArray<string>
  readonly contents: (
    args: { readonly [name: string]: string }
  ) => ReadonlyArray<ReturnType<typeof Content.text> | ReturnType<typeof Content.resource> | typeof Content.image>
}

/** Returns a prompt's messages: all of them the user's. */
export const messages = (prompt: Prompt, args: { readonly [name: string]: string }) => ({
  messages: prompt.contents(args).map((content) => ({ role: "user" as const, content }))
})

/** Returns what the client may be completing. */
export const complete = (start: string): Array<string> =>
  ["paris", "park", "party"].filter((word) => word.startsWith(start))

export const prompts: ReadonlyArray<Prompt> = [
  {
    name: "test_simple_prompt",
    description: "Takes no arguments.",
    arguments: [],
    contents: () => [Content.text("This is a simple prompt for testing.")]
  },
  {
    name: "test_prompt_with_arguments",
    description: "Takes two arguments.",
    arguments: ["arg1", "arg2"],
    contents: ({ arg1, arg2 }) => [Content.text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)]
  },
  {
    name: "test_prompt_with_embedded_resource",
    description: "Embeds a resource.",
    arguments: ["resourceUri"],
    contents: ({ resourceUri = "" }) => [
      Content.resource(resourceUri, "text/plain", "Embedded resource content for testing."),
      Content.text("Please process the embedded resource above.")
    ]
  },
  {
    name: "test_prompt_with_image",
    description: "Embeds an image.",
    arguments: [],
    contents: () => [Content.image, Content.text("Please analyze the image above.")]
  }
]
