/** The part of the untyped `@joplin/turndown-plugin-gfm` that `Html.ts` uses. */
declare module "@joplin/turndown-plugin-gfm" {
  import type TurndownService from "turndown"
  export const highlightedCodeBlock: TurndownService.Plugin
  export const strikethrough: TurndownService.Plugin
  export const taskListItems: TurndownService.Plugin
}
