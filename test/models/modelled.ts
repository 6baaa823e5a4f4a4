/** The faults that models find, from all lists of faults. */
import { FAULTS } from "../faults/faults.js"
import { CHANNEL_FAULTS } from "../faults/channel-faults.js"
import { ISSUER_FAULTS } from "../faults/issuer-faults.js"
import { PARCEL_FAULTS } from "../faults/parcel-faults.js"
import { RESERVATION_FAULTS } from "../faults/reservation-faults.js"
import { SCHEDULER_FAULTS } from "../faults/scheduler-faults.js"
import { SYNCOBJ_FAULTS } from "../faults/syncobj-faults.js"
import { SYNC_FAULTS } from "../faults/sync-faults.js"
import { TIMELINE_FAULTS } from "../faults/timeline-faults.js"
import { VALUE_FAULTS } from "../faults/value-faults.js"
import { WORK_FAULTS } from "../faults/work-faults.js"

export const MODELLED = [
  ...FAULTS,
  ...RESERVATION_FAULTS,
  ...SYNCOBJ_FAULTS,
  ...TIMELINE_FAULTS,
  ...ISSUER_FAULTS,
  ...WORK_FAULTS,
  ...SCHEDULER_FAULTS,
  ...SYNC_FAULTS,
  ...CHANNEL_FAULTS,
  ...PARCEL_FAULTS,
  ...VALUE_FAULTS,
]

/** No model takes a tenth as long: it ends only what hangs, on a machine that is busy with something else as well. */
export const MOST_MS = 600_000
