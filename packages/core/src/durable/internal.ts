/**
 * Holds what the adapter needs to serve durable tools as tasks.
 *
 * @stability unstable
 * @since 0.1.0
 */
export { begun, cancelById, stateById, toldById } from "./call/byId.ts"
