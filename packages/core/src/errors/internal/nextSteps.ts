/** Gives the adapter what it needs to tell the steps of a success. */
export { isNextSteps } from "../recoveryStep/nextSteps.ts"
export { toldSteps } from "./toldSteps.ts"
