/**
 * Holds what the adapter needs to serve durable tools as tasks.
 *
 * @stability unstable
 * @since 0.1.0
 */
export { begun, cancelByToken, stateByToken, toldByToken } from "./call/byToken.ts"
