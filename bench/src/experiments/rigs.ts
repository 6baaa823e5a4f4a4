/** What experiments run: a line each. */
import { locks } from "../contended/rig.js"
import { reclamation } from "../reclamation/rig.js"
import { scale } from "../scale/rig.js"
import { wake } from "../wake/rig.js"

export const RIGS = { locks, reclamation, wake, scale } as const
