/** Cuts a text that is longer than `limit` characters: an ellipsis stands for the rest, and no character is split. */
export const shorten = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1)).toWellFormed()}…`
