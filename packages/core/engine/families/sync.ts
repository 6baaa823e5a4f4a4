/** Primitives for synchronization, and no family. */
import { Families } from "../layout/header"

export * from "./none"
export { endParcels } from "../composite/parcel"
export { releaseChannel } from "../sync/channels"
export { breakSync, heldSync } from "../sync/create"
export { endDraft, releaseVersions } from "../sync/versions"
/** What this build has. */
export const FAMILIES: i32 = Families.Sync
