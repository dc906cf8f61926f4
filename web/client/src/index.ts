/**
 * Subscriptions over graphql-ws that go on where they were after any break: nothing is missed, and the app does nothing
 * for it.
 */
export { createLiveClient, type LiveOptions } from "./client.js";
export { resumable, startAfter, type Answer } from "./resume.js";
export type { ExpiringToken } from "./refresh.js";
export { follow, payloadOf, textOf, type TypedDocument } from "./typed.js";
