/** Every fence type that is built. */
import { tlbFlush } from "./amdgpu/tlb-flush.js"
import { kfdEviction } from "./amdgpu/kfd-eviction.js"
import { queueEviction } from "./amdgpu/queue-eviction.js"
import { ring } from "./amdgpu/ring.js"
import type { FenceType } from "./fence-type.js"

export const FENCE_TYPES: readonly FenceType[] = [ring, kfdEviction, queueEviction, tlbFlush]
