/** The part of the untyped `@joplin/turndown-plugin-gfm` that `Html.ts` uses. */
declare module "@joplin/turndown-plugin-gfm" {
  import type TurndownService from "turndown"
  export const gfm: TurndownService.Plugin
}
