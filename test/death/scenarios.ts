/** What threads die of, one scenario each. */
import { CONTAINERS } from "./scenarios/containers.js"
import { FENCES } from "./scenarios/fences.js"
import { ISSUERS } from "./scenarios/issuers.js"
import { SCHEDULER } from "./scenarios/scheduler.js"
import { SHARED_OBJECTS } from "./scenarios/shared-objects.js"
import { SYNC } from "./scenarios/sync.js"
import { THREADS } from "./scenarios/threads.js"

export const SCENARIOS = [...FENCES, ...CONTAINERS, ...SHARED_OBJECTS, ...SCHEDULER, ...THREADS, ...ISSUERS, ...SYNC]
