/** Gives the adapter what it needs to answer an expected miss as a success. */
export { answersSuccess, isAnsweredAsSuccess } from "../toolError/read.ts"
