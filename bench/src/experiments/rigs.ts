/** What experiments run: a line each. */
import { channels } from "../channels/rig.js"
import { fences } from "../contended/fences-rig.js"
import { locks } from "../contended/rig.js"
import { nativeLocks } from "../native/locks-rig.js"
import { native } from "../native/rig.js"
import { pairs } from "../pairs/rig.js"
import { peers } from "../peers/rig.js"
import { reclamation } from "../reclamation/rig.js"
import { scale } from "../scale/rig.js"
import { wake } from "../wake/rig.js"

export const RIGS = {
  locks,
  fences,
  pairs,
  reclamation,
  wake,
  scale,
  channels,
  peers,
  native,
  "native-locks": nativeLocks,
} as const
