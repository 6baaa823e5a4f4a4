/** Every fence type that is built. */
import { tlbFlush } from "./amdgpu/tlb-flush.js"
import { userQueue } from "./amdgpu/user-queue.js"
import { kfdEviction } from "./amdgpu/kfd-eviction.js"
import { queueEviction } from "./amdgpu/queue-eviction.js"
import { ring } from "./amdgpu/ring.js"
import { nouveauLegacy } from "./nouveau/legacy.js"
import { i915Request } from "./i915/request.js"
import { nouveauUevent } from "./nouveau/uevent.js"
import { radeonFence } from "./radeon/fence.js"
import { schedFinished } from "./sched/finished.js"
import { crtc } from "./soft/crtc.js"
import { prime } from "./soft/prime.js"
import { swSync } from "./soft/sw-sync.js"
import { vgem } from "./soft/vgem.js"
import { virtio } from "./soft/virtio.js"
import { xeHw } from "./xe/hw.js"
import { xePreempt } from "./xe/preempt.js"
import { xeTlb } from "./xe/tlb.js"
import type { FenceType } from "./fence-type.js"

export const FENCE_TYPES: readonly FenceType[] = [
  ring,
  kfdEviction,
  queueEviction,
  tlbFlush,
  userQueue,
  schedFinished,
  nouveauUevent,
  nouveauLegacy,
  i915Request,
  radeonFence,
  xeHw,
  xePreempt,
  xeTlb,
  crtc,
  vgem,
  virtio,
  prime,
  swSync,
]
