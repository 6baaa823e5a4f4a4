/**
 * What programs have beyond fences of issuers: handles of containers, other lifetimes, what modules bring beside their ops, watches, what a
 * checked heap tells. It comes with every build that has families, and to workers that are sent such a heap.
 */
import "./transfers.js"
import { FenceArray } from "../composite/fence-array.js"
import { FenceChain } from "../composite/fence-chain.js"
import { provideContainers } from "../fence/handle-on.js"
import { callDeferred, deferFunction } from "../heap/deferred-functions.js"
import { provideThreadParts } from "../heap/parts.js"
import { Watch } from "../heap/watch.js"
import { Works } from "../heap/works.js"
import { provideOopses } from "../host/oops.js"
import { OOPSES_BEYOND, WARNINGS_BEYOND, deadRecordOops } from "../host/oops-beyond.js"
import { execute } from "../issuer/executing.js"
import { createIssuerRecord, deadRecordName, openIssuerRecord } from "../issuer/issuer-record.js"
import { provideIssuerParts } from "../issuer/parts.js"
import { lockToken, openSharedLock, sharedLockOn } from "../issuer/shared-lock.js"
import { createWork, openWork } from "../issuer/work.js"
import { provideLost } from "../memory/accounts.js"
import { provideDiagnostics } from "../memory/diagnostics.js"
import { provideLifetimes } from "../memory/lifetime.js"
import { lifetimeBits, lifetimeName, switchesOf } from "../memory/lifetimes.js"
import { lockOrderOops, nameLockClass, placeHere, readLockOrder } from "../memory/lock-order.js"
import { readLost } from "../memory/lost.js"
import { MADE } from "../seat/made.js"
import { readTrace } from "../memory/trace.js"

provideContainers((seat, address, isArray) =>
  isArray ? new FenceArray(MADE, seat, address) : new FenceChain(MADE, seat, address),
)
provideIssuerParts({
  createIssuerRecord,
  createWork,
  deadRecordName,
  deadRecordOops,
  execute,
  lockToken,
  openIssuerRecord,
  openSharedLock,
  openWork,
  sharedLockOn,
})
provideLifetimes({ lifetimeBits, lifetimeName, switchesOf })
provideOopses(OOPSES_BEYOND, WARNINGS_BEYOND)
provideThreadParts({ Watch, Works, callDeferred, deferFunction })
provideLost(readLost)
provideDiagnostics({ lockOrderOops, nameLockClass, placeHere, readLockOrder, readTrace })
