/** Primitives for synchronization, and no family. */

export * from "./none"
export { endParcels } from "../composite/parcel"
export { releaseChannel } from "../sync/channels"
export { breakSync, heldSync } from "../sync/create"
export { endDraft, releaseVersions } from "../sync/versions"
